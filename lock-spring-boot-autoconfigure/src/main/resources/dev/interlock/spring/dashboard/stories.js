// Deadlocks, near misses, long waits and long holds, each as something that a developer can act on.

import { isExposed } from './api.js';
import { stack } from './detail.js';
import { h } from './dom.js';
import { byName, count, date, duration, left, many } from './format.js';
import { releaseButton } from './locks.js';

/** Of each kind so many are asked for. */
const MOST = 100;

export const whatHangs = { name: 'deadlocks', parameters: { limit: MOST } };

export const stories = {
  id: 'stories',
  title: 'Deadlocks',
  view,
  badge: state => ({ number: standing(state).length, kind: 'bad' }),
  asks: () => [whatHangs],
};

/** Deadlocks that hang still. */
export const standing = state => state.deadlocks?.deadlocks.filter(each => each.standing) ?? [];

function view(state) {
  const { deadlocks } = state;
  if (!isExposed('deadlocks')) {
    return h('p', { class: 'card' }, 'Deadlocks are shown by the endpoint ', h('code', {}, 'deadlocks'), '. Add it to ', h('code', {}, 'management.endpoints.web.exposure.include'), '.');
  }
  if (!deadlocks) {
    return h('p', { class: 'card fine' }, state.troubles.deadlocks?.message ?? 'Loading');
  }
  return [
    h('h1', { class: 'unseen' }, 'Deadlocks and what could become one'),
    part('Deadlocks', deadlocks.deadlocks, each => deadlock(each, deadlocks.orderViolations, state.locks.node), 'No deadlock since the start.'),
    part('Near misses', deadlocks.orderViolations, nearMiss, 'Locks are taken in orders that agree.'),
    part('Long waits', deadlocks.longWaits, longWait, 'Nobody waits too long.'),
    part('Long holds', deadlocks.longHolds, longHold, 'Nothing is held too long.'),
  ];
}

export const upTo = number => `${count(number)}${number >= MOST ? '+' : ''}`;

const part = (title, all, tell, none) =>
  h(
    'section',
    { class: 'part', 'data-key': title, 'aria-label': title },
    h('h2', {}, title, all.length > 0 && h('span', { class: 'badge' }, upTo(all.length))),
    all.length === 0 ? h('p', { class: 'fine' }, none) : all.map(tell),
  );

const story = (key, kind, heading, when, ...content) =>
  h('article', { class: `story ${kind}`, 'data-key': key }, h('header', {}, h('h3', {}, heading), when), content);

const at = iso => h('time', { datetime: iso }, date(iso));

const inOrder = values => h('span', { class: 'order' }, values.flatMap((each, index) => [index > 0 && h('span', { class: 'then', title: 'then' }, ' → '), h('code', {}, each)]));

const through = method => method && [' in ', h('code', {}, method)];

const mode = each => h('span', { class: `mode ${each}` }, each.toLowerCase());

// --- deadlocks ---------------------------------------------------------------------------------------------------------

function deadlock(each, violations, node) {
  const state = each.standing ? 'stands' : each.victim ? `broken: ${each.victim} gave up` : 'over';
  return story(
    `deadlock ${each.foundBy} ${each.id}`,
    each.standing ? 'bad' : '',
    [`Deadlock ${each.id}${each.foundBy === node ? '' : ` of ${each.foundBy}`} `, h('span', { class: `pill ${each.standing ? 'bad' : ''}` }, state)],
    at(each.detectedAt),
    h('p', {}, `${many(each.participants.length, 'owner')} wait for each other${each.standing ? ', and none of them can go on' : ''}:`),
    h('ol', { class: 'steps' }, each.participants.map(participant)),
    advice(order(each, violations)),
    each.standing && [
      h('p', { class: 'hint' }, 'To end this one now, take one of the locks away. Its holder goes on without it.'),
      h('p', { class: 'buttons' }, [...new Set(each.participants.map(one => one.waitsFor))].map(resource => h('span', { 'data-key': resource }, h('code', {}, resource), ' ', releaseButton(resource)))),
    ],
  );
}

const participant = each =>
  h(
    'li',
    {},
    h('p', {}, h('strong', {}, each.owner), h('small', {}, ` ${each.node}`), through(each.method)),
    h('p', {}, 'holds ', Object.entries(each.holds).map(([resource, how], index) => [index > 0 && ', ', h('code', {}, resource), ' ', mode(how)])),
    h('p', {}, 'and waits for ', h('code', {}, each.waitsFor), ' ', mode(each.mode), `, ${each.blockedBy}`),
    stack('Waits at', each.stackTrace),
  );

/** An order that was learned serves; within a type names go by their value, as requests for several at once do. */
function order(deadlock, violations) {
  const resources = [...new Set(deadlock.participants.map(each => each.waitsFor))];
  const type = resource => resource.split(':')[0];
  const known = violations.find(each => resources.every(one => each.order.includes(type(one))))?.order ?? [];
  const exact = violations.find(each => resources.every(one => each.order.includes(one)))?.order;
  return exact ?? resources.sort((a, b) => known.indexOf(type(a)) - known.indexOf(type(b)) || byName(a, b));
}

const advice = values =>
  values.length > 1 &&
  h('p', { class: 'advice' }, h('strong', {}, 'Take them in this order everywhere: '), inOrder(values), '. Or ask for them at once, with ', h('code', {}, 'locks.all(…)'), ' or several annotations on one method: then the order is always the same.');

// --- near misses -------------------------------------------------------------------------------------------------------

const KINDS = {
  ORDER: 'types are taken in orders that do not agree',
  NESTING: 'two of one type are taken in both orders',
  HIERARCHY: 'taken against the declared hierarchy',
};

const nearMiss = each =>
  story(
    `violation ${each.id}`,
    'warn',
    `Near miss ${each.id}: ${KINDS[each.kind] ?? each.kind}`,
    at(each.detectedAt),
    h('p', {}, 'Nothing hangs yet. With bad timing it would:'),
    h('ol', { class: 'steps' }, each.steps.map(step)),
    advice(each.order),
  );

const step = each =>
  h(
    'li',
    {},
    h('p', {}, h('strong', {}, each.owner), through(each.method), ' held ', h('code', {}, each.heldResource), ' ', mode(each.heldMode), each.heldMethod && [' since ', h('code', {}, each.heldMethod)]),
    h('p', {}, 'and asked for ', h('code', {}, each.askedResource), ' ', mode(each.askedMode)),
    stack('Held since', each.whereHeld),
    stack('Asked at', each.whereAsked),
  );

// --- long waits and holds ----------------------------------------------------------------------------------------------

const longWait = each =>
  story(
    `wait ${each.node} ${each.owner} ${each.resource} ${each.since}`,
    'warn',
    [each.owner, ' has waited ', duration(each.waitingMs), ' for ', h('code', {}, each.resource)],
    at(each.since),
    h('p', {}, mode(each.mode), through(each.method), `, ${each.blockedBy}`, each.reason && `. Reason: ${each.reason}`),
    each.holders.length > 0 && h('p', {}, 'Look at what holds it: ', each.holders.map((one, index) => [index > 0 && ', ', h('strong', {}, one.owner), through(one.method), ` for ${duration(one.heldMs)}`])),
    stack('Waits at', each.stackTrace),
    stack('Its holder was at', each.holderStackTrace),
  );

const longHold = ({ resource, thread, waiting, holder, threadStackTrace }) =>
  story(
    `hold ${holder.node} ${holder.owner} ${resource} ${holder.acquiredAt}`,
    'warn',
    [holder.owner, ' has held ', h('code', {}, resource), ' for ', duration(holder.heldMs)],
    at(holder.acquiredAt),
    h(
      'p',
      {},
      mode(holder.mode),
      through(holder.method),
      thread && ` on thread ${thread}`,
      waiting > 0 ? `; ${many(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'} for it` : '; nobody waits for it',
      holder.leaseExpiresAt ? `; its lease ends in ${duration(left(holder))}` : '; it has no lease, and so ends only when it is given back',
      '.',
    ),
    stack('Its thread was at', threadStackTrace),
    stack('Acquired at', holder.stackTrace),
    h('p', { class: 'buttons' }, releaseButton(resource)),
  );

