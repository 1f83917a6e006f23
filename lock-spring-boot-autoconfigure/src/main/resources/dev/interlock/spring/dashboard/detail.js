// All there is to know of one lock: holders, queue, history, stack traces.

import { get, isExposed, mayRelease } from './api.js';
import { h } from './dom.js';
import { clock, count, duration, left, ownLine } from './format.js';
import { askRelease } from './release.js';

const EVENTS = 20;
const OLD = 4000;

/** What happened to the locks that are open, as far as it is known. */
const histories = new Map();

export function openDetail(resource, redraw) {
  const known = histories.get(resource);
  if (!isExposed('lockevents') || (known && Date.now() - known.at < OLD)) {
    return;
  }
  histories.set(resource, { at: Date.now(), events: known?.events ?? null, trouble: null });
  get('lockevents', { resource, limit: EVENTS }).then(
    ({ events }) => {
      histories.set(resource, { at: Date.now(), events, trouble: null });
      redraw();
    },
    failure => {
      histories.set(resource, { at: Date.now(), events: null, trouble: failure.message });
      redraw();
    },
  );
}

export function detail(lock, state) {
  openDetail(lock.resource, state.redraw);
  return h(
    'div',
    { class: 'inside' },
    h(
      'div',
      { class: 'heading' },
      h('p', {}, h('span', { class: 'pill' }, `type ${lock.type}`), ' ', h('span', { class: 'pill' }, `reaches the ${lock.scope}`)),
      h('button', { type: 'button', class: `danger ${mayRelease ? '' : 'locked'}`, onclick: () => askRelease(lock.resource, lock.holders) }, 'Release by force…'),
    ),
    h('h3', {}, `Holders (${count(lock.holders.length)})`),
    lock.holders.length === 0 ? h('p', { class: 'fine' }, 'Nobody holds it right now.') : h('ul', { class: 'people' }, lock.holders.map(each => holder(each, state))),
    lock.waiters.length > 0 && [h('h3', {}, `Queue (${count(lock.waiters.length)})`), queue(lock.waiters)],
    h('h3', {}, 'History'),
    history(lock.resource),
  );
}

function holder(each, state) {
  const facts = [
    ['node', each.node],
    ['method', each.method],
    ['since', `${clock(each.acquiredAt)}, ${duration(each.heldMs)} ago`],
    ['lease', each.leaseExpiresAt ? `${duration(left(each.leaseExpiresAt, state.now))} left` : 'none'],
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

const queue = waiters =>
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
        waiters.slice(0, 50).map(each =>
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
    waiters.length > 50 && h('p', { class: 'hint' }, `and ${count(waiters.length - 50)} more`),
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
