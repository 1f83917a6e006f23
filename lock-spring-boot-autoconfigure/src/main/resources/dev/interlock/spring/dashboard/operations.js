// What is changed without a lock: operations under way, and the latest that are over, with their parts.

import { isExposed } from './api.js';
import { h } from './dom.js';
import { clock, count, duration, many } from './format.js';

const MOST = 100;

const TOTALS = { started: 'Begun', succeeded: 'Succeeded', conflicts: 'Conflicts', retried: 'Tried again', rejected: 'Turned away', exhausted: 'Exhausted', failed: 'Failed' };

const SHADES = { SUCCEEDED: 'good', REJECTED: 'bad', FAILED: 'bad' };

export const operations = { id: 'operations', title: 'Operations', view, asks: () => [{ name: 'operations', parameters: { limit: MOST } }] };

function view(state) {
  const known = state.operations;
  if (!isExposed('operations')) {
    return h('p', { class: 'card' }, 'Operations are shown by the endpoint ', h('code', {}, 'operations'), '. Add it to ', h('code', {}, 'management.endpoints.web.exposure.include'), '.');
  }
  if (!known) {
    return h('p', { class: 'card fine' }, state.troubles.operations?.message ?? 'Loading');
  }
  if (known.totals.started === 0) {
    return h('p', { class: 'card fine' }, 'There has been no optimistic operation since the start. Methods with ', h('code', {}, '@Optimistic'), ' are some.');
  }
  return [
    h('h1', { class: 'unseen' }, 'Operations'),
    totals(known.totals),
    part('Under way', known.underWay, known.running, 'Nothing is under way.'),
    part('Over', known.remembered, known.recent, 'Nothing is over that is remembered.'),
  ];
}

const totals = all =>
  h(
    'section',
    { class: 'card', 'aria-labelledby': 'totals', 'data-key': 'totals' },
    h('h2', { id: 'totals' }, 'Since the start'),
    h('dl', { class: 'facts' }, Object.entries(TOTALS).map(([name, title]) => h('div', {}, h('dt', {}, title), h('dd', { 'data-total': name }, count(all[name]))))),
  );

const part = (title, number, trees, none) =>
  h(
    'section',
    { class: 'part', 'data-key': title },
    h('h2', {}, `${title}: ${count(number)}`),
    trees.length === 0 ? h('p', { class: 'card fine' }, none) : h('ul', { class: 'operations' }, trees.map(tree => operation(tree, 'card operation'))),
  );

/** Names may be used again. */
const operation = (each, kind) =>
  h(
    'li',
    { class: kind, 'data-key': `${each.id} ${each.created}` },
    h('p', {}, h('strong', {}, each.id), ' on ', h('code', {}, each.resource), ' ', h('span', { class: `pill ${SHADES[each.status] ?? ''}` }, each.status.toLowerCase())),
    h('p', { class: 'hint' }, particulars(each)),
    each.why && h('p', {}, each.why),
    each.children.length > 0 && h('ul', { class: 'operations' }, each.children.map(child => operation(child, 'operation'))),
    each.omitted > 0 && h('p', { class: 'hint' }, `${many(each.omitted, 'further part')} left out`),
  );

const particulars = each =>
  [
    `${each.kind}, priority ${each.priority}`,
    `${count(each.retries)} of ${many(each.maxRetries, 'retry', 'retries')}`,
    `for ${each.owner}`,
    `asked for at ${clock(each.created)}`,
    each.tookMs !== null && `took ${duration(each.tookMs)}`,
  ]
    .filter(Boolean)
    .join(' · ');
