// The first look: how much is going on, and what wants attention.

import { isExposed } from './api.js';
import { sparkline } from './charts.js';
import { h } from './dom.js';
import { count, duration, many, rate } from './format.js';
import { hasAllContended, holding } from './known.js';
import { latest, series } from './samples.js';
import { standing, upTo } from './stories.js';

const SLOWEST = 6;

export const glance = {
  id: 'glance',
  title: 'At a glance',
  view: state => [
    h('h1', { class: 'unseen' }, 'At a glance'),
    h(
      'section',
      { class: 'tiles', 'aria-label': 'Now' },
      tile('held', 'Held now', 'held', count, 'calm'),
      tile('waiting', 'Waiting now', 'waiting', count, 'warn'),
      tile('contentions', 'Contentions per second', 'contentions', rate, 'calm'),
      tile('timeouts', 'Timeouts per second', 'timeouts', rate, 'bad'),
    ),
    h('div', { class: 'columns' }, attention(state), slowest(state)),
    places(state),
  ],
};

function tile(key, title, name, write, kind) {
  const now = latest(name);
  const points = series(name);
  const most = Math.max(0, ...points.map(([, value]) => value));
  return h(
    'article',
    { class: `tile ${kind} ${now > 0 ? 'some' : ''}`, 'data-key': key },
    h('h2', {}, title),
    h('p', { class: 'figure', 'data-figure': key }, now === null ? '–' : write(now)),
    sparkline(points, kind, `${title}: ${now === null ? 'not known yet' : write(now)}, at most ${write(most)} in the last five minutes`),
    h('p', { class: 'hint' }, `peak ${write(most)} in 5 min`),
  );
}

function attention(state) {
  const { deadlocks } = state;
  const rows = deadlocks
    ? [
        concern('deadlock', standing(state).length, 'deadlock stands', 'deadlocks stand', 'bad'),
        concern('violation', deadlocks.orderViolations.length, 'near miss: an order that could deadlock', 'near misses: orders that could deadlock', 'warn'),
        concern('wait', deadlocks.longWaits.length, 'wait takes too long', 'waits take too long', 'warn'),
        concern('hold', deadlocks.longHolds.length, 'hold lasts too long', 'holds last too long', 'warn'),
      ].filter(Boolean)
    : [];
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'attention' },
    h('h2', { id: 'attention' }, 'Wants attention'),
    !isExposed('deadlocks') && h('p', { class: 'hint' }, 'Needs the endpoint ', h('code', {}, 'deadlocks')),
    rows.length > 0
      ? h('ul', { class: 'concerns' }, rows)
      : isExposed('deadlocks') && h('p', { class: 'fine' }, 'Nothing. No deadlock, no near miss, nobody who waits or holds too long.'),
  );
}

const concern = (id, number, one, more, kind) =>
  number > 0 &&
  h(
    'li',
    { 'data-key': id, class: kind },
    h('a', { href: '#stories' }, h('span', { class: 'number' }, upTo(number)), ' ', number === 1 ? one : more),
  );

function slowest({ locks }) {
  const waits = locks.locks
    .flatMap(lock => lock.waiters.map(waiter => ({ lock, waiter })))
    .sort((one, other) => other.waiter.waitingMs - one.waiter.waitingMs)
    .slice(0, SLOWEST);
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'slowest' },
    h('h2', { id: 'slowest' }, 'Slowest waits now'),
    waits.length === 0
      ? h('p', { class: 'fine' }, 'Nobody waits.')
      : h('ol', { class: 'slow' }, waits.map(wait)),
    !hasAllContended(locks) && h('p', { class: 'hint' }, `Of the ${count(locks.locks.length)} locks with the longest queues.`),
  );
}

function wait({ lock, waiter }) {
  const [holder] = lock.holders;
  const others = holding(lock) - 1;
  return h(
    'li',
    { 'data-key': `${lock.resource} ${waiter.node} ${waiter.owner} ${waiter.position}` },
    h('span', { class: 'time' }, duration(waiter.waitingMs)),
    h(
      'span',
      {},
      h('strong', {}, waiter.owner),
      ' for ',
      h('code', {}, lock.resource),
      h('small', {}, holder ? `held by ${holder.owner}${others > 0 ? ` and ${many(others, 'other')}` : ''}` : 'held by nobody right now'),
    ),
  );
}

function places(state) {
  const { locks, health } = state;
  const nodes = health?.details?.nodes ?? [...new Set(locks.locks.flatMap(lock => [...lock.holders, ...lock.waiters].map(each => each.node)))];
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'places' },
    h('h2', { id: 'places' }, 'Where the locks live'),
    h(
      'dl',
      { class: 'facts' },
      fact('This node', locks.node),
      fact('Locks', locks.backend),
      locks.distributedBackend && fact('Distributed locks', locks.distributedBackend),
      fact(health?.ofAll ? 'Health of the application' : 'Health', healthOf(state)),
      fact('Nodes seen', nodes.length === 0 ? locks.node : nodes.join(', ')),
      fact('Resources busy', count(locks.total)),
    ),
    health?.ofAll &&
      h('p', { class: 'hint' }, 'That of the locks alone is shown with ', h('code', {}, 'management.endpoint.health.show-components'), '.'),
  );
}

const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

function healthOf({ health, troubles }) {
  if (!health) {
    return h('span', { class: 'pill' }, isExposed('health') ? troubles.health?.message ?? 'not known yet' : 'not exposed');
  }
  return h('span', { class: `pill ${health.status === 'UP' ? 'good' : 'bad'}` }, health.status);
}
