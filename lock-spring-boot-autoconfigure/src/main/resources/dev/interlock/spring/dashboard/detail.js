// All there is to know of one lock: holders, queue, history, stack traces.

import { get, isExposed, mayRelease } from './api.js';
import { h } from './dom.js';
import { clock, count, duration, left, ownLine } from './format.js';
import { holding, waiting } from './known.js';
import { askRelease } from './release.js';

const EVENTS = 20;
const OLD = 4000;
const FIRST = 50;

/** What happened to the locks that are open, as far as it is known. */
const histories = new Map();

/** Asks for it unless it is being asked for, or known well enough. */
export function loadHistory(resource) {
  const known = histories.get(resource);
  if (!isExposed('lockevents') || known?.asking || Date.now() - (known?.at ?? 0) < OLD) {
    return Promise.resolve();
  }
  histories.set(resource, { ...known, asking: true });
  const keep = told => histories.set(resource, { at: Date.now(), asking: false, ...told });
  return get('lockevents', { resource, limit: EVENTS }).then(
    ({ events }) => keep({ events }),
    failure => keep({ trouble: failure.message }),
  );
}

export function detail(lock) {
  return h(
    'div',
    { class: 'inside' },
    h(
      'div',
      { class: 'heading' },
      h('p', {}, h('span', { class: 'pill' }, `type ${lock.type}`), ' ', h('span', { class: 'pill' }, `reaches the ${lock.scope}`)),
      h('button', { type: 'button', class: `danger ${mayRelease ? '' : 'locked'}`, onclick: () => askRelease(lock.resource) }, 'Release by force…'),
    ),
    h('h3', {}, `Holders (${count(holding(lock))})`),
    lock.holders.length === 0 ? h('p', { class: 'fine' }, 'Nobody holds it right now.') : h('ul', { class: 'people' }, lock.holders.map(holder)),
    lock.moreHolders > 0 && h('p', { class: 'hint' }, `and ${count(lock.moreHolders)} more`),
    lock.waiters.length > 0 && [h('h3', {}, `Queue (${count(waiting(lock))})`), queue(lock)],
    h('h3', {}, 'History'),
    history(lock.resource),
  );
}

function holder(each) {
  const facts = [
    ['node', each.node],
    ['method', each.method],
    ['since', `${clock(each.acquiredAt)}, ${duration(each.heldMs)} ago`],
    ['lease', each.leaseExpiresAt ? `${duration(left(each))} left` : 'none'],
    ['token', each.fencingToken],
    ['kept until', each.keptUntil && clock(each.keptUntil)],
    ['reason', each.reason],
    ...Object.entries(each.metadata),
  ].filter(([, value]) => value !== null && value !== undefined);
  return h(
    'li',
    { 'data-key': `${each.node} ${each.owner} ${each.fencingToken} ${each.acquiredAt}` },
    h('p', {}, h('strong', {}, each.owner), ' ', h('span', { class: `mode ${each.mode}` }, each.mode.toLowerCase())),
    h('dl', { class: 'inline' }, facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    stack('Acquired at', each.stackTrace),
  );
}

/** Its first line that is the application's stands for all of it. */
export function stack(title, lines) {
  return (
    lines.length > 0 &&
    h('details', { class: 'stack' }, h('summary', {}, `${title} `, h('code', {}, ownLine(lines))), h('pre', { tabindex: '0' }, lines.join('\n')))
  );
}

const queue = lock =>
  h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'plain' },
      h('thead', {}, h('tr', {}, ['#', 'Owner', 'Mode', 'Priority', 'Waiting', 'Method', 'Node'].map(each => h('th', { scope: 'col' }, each)))),
      h(
        'tbody',
        {},
        lock.waiters.slice(0, FIRST).map(each =>
          h(
            'tr',
            { 'data-key': `${each.node} ${each.owner} ${each.position}` },
            h('td', {}, each.position),
            h('td', {}, each.owner),
            h('td', {}, h('span', { class: `mode ${each.mode}` }, each.mode.toLowerCase())),
            h('td', {}, each.priority),
            h('td', {}, duration(each.waitingMs)),
            h('td', {}, each.method ?? '–'),
            h('td', {}, each.node),
          ),
        ),
      ),
    ),
    waiting(lock) > FIRST && h('p', { class: 'hint' }, `and ${count(waiting(lock) - FIRST)} more`),
  );

function history(resource) {
  const known = histories.get(resource);
  if (!isExposed('lockevents')) {
    return h('p', { class: 'hint' }, 'Needs the endpoint ', h('code', {}, 'lockevents'));
  }
  if (known?.trouble) {
    return h('p', { class: 'hint' }, known.trouble);
  }
  if (!known?.events) {
    return h('p', { class: 'hint' }, 'Loading');
  }
  return known.events.length === 0
    ? h('p', { class: 'fine' }, 'Nothing is remembered.')
    : h('ol', { class: 'history' }, known.events.map(event));
}

const event = each =>
  h(
    'li',
    { 'data-key': `${each.at} ${each.kind} ${each.owner}` },
    h('time', { datetime: each.at }, clock(each.at)),
    h('span', { class: `kind ${each.kind}` }, each.kind.replaceAll('_', ' ').toLowerCase()),
    h('span', {}, h('strong', {}, each.owner), ` ${particulars(each)}`),
  );

const particulars = each =>
  [
    each.mode.toLowerCase(),
    each.waitedMs > 0 && `after ${duration(each.waitedMs)}`,
    each.heldMs !== undefined && `held ${duration(each.heldMs)}`,
    each.queueLength !== undefined && `${count(each.queueLength)} in the queue`,
    each.who && `by ${each.who}`,
    each.why,
    each.waiter && `for ${each.waiter}`,
    each.blockedBy,
  ]
    .filter(Boolean)
    .join(', ');
