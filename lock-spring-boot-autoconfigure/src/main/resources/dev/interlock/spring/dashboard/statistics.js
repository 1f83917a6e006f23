// How much and how long, by type and by resource, and which timeouts would suit.

import { isExposed } from './api.js';
import { percentiles } from './charts.js';
import { h } from './dom.js';
import { count, duration } from './format.js';
import { most } from './known.js';

const MODES = ['read', 'write'];
const MOST = 100;

export const statistics = { id: 'statistics', title: 'Statistics', view, asks: () => [{ name: 'lockstats', parameters: { limit: MOST } }] };

function view(state) {
  const stats = state.lockstats;
  if (!isExposed('lockstats')) {
    return h('p', { class: 'card' }, 'Statistics are shown by the endpoint ', h('code', {}, 'lockstats'), '. Add it to ', h('code', {}, 'management.endpoints.web.exposure.include'), '.');
  }
  if (!stats) {
    return h('p', { class: 'card fine' }, state.troubles.lockstats?.message ?? 'Loading');
  }
  const types = rowsOf(stats.types, 'type');
  const resources = rowsOf(stats.resources, 'resource');
  const longest = Math.max(1, most(types, ({ mode }) => Math.max(mode.waited.p99Ms, mode.held.p99Ms)));
  return [
    h('h1', { class: 'unseen' }, 'Statistics'),
    types.length === 0
      ? h('p', { class: 'card fine' }, 'Nothing has been locked since the start.')
      : [
          h(
            'div',
            { class: 'legend' },
            ['p50', 'p95', 'p99'].map(each => h('span', { class: `key ${each}` }, each === 'p50' ? 'median' : each === 'p95' ? '95 of 100' : '99 of 100')),
            h('span', {}, `each on a logarithmic scale up to ${duration(longest)}`),
          ),
          table(stats.types.length < stats.totalTypes ? `By type: the ${count(stats.types.length)} busiest of ${count(stats.totalTypes)}` : 'By type', types, longest, 'Type'),
        ],
    advice(stats.advice),
    resources.length > 0 && table(`By resource: the ${count(stats.resources.length)} most contended of ${count(stats.remembered)}`, resources, longest, 'Resource'),
  ];
}

const rowsOf = (all, name) =>
  all.flatMap(each =>
    MODES.filter(mode => each[mode].acquisitions + each[mode].timeouts + each[mode].waiters > 0).map(mode => ({ name: each[name], kind: mode, mode: each[mode] })),
  );

const table = (title, rows, longest, first) =>
  h(
    'section',
    { class: 'part', 'data-key': title.split(':')[0] },
    h('h2', {}, title),
    h(
      'div',
      { class: 'scroll card flush' },
      h(
        'table',
        { class: 'stats' },
        h('thead', {}, h('tr', {}, [first, 'Mode', 'Acquired', 'Contended', 'Timed out', 'Waited', 'Held'].map((each, index) => h('th', { scope: 'col', class: index > 1 && index < 5 ? 'number' : '' }, each)))),
        h('tbody', {}, rows.map(each => row(each, longest, first))),
      ),
    ),
  );

const row = ({ name, kind, mode }, longest, first) =>
  h(
    'tr',
    { 'data-key': `${name} ${kind}` },
    h('th', { scope: 'row', 'data-label': first }, h('code', {}, name)),
    h('td', { 'data-label': 'Mode' }, h('span', { class: `mode ${kind.toUpperCase()}` }, kind)),
    h('td', { class: 'number', 'data-label': 'Acquired' }, count(mode.acquisitions)),
    h('td', { class: 'number', 'data-label': 'Contended' }, share(mode.contentions, mode.acquisitions + mode.timeouts)),
    h('td', { class: `number ${mode.timeouts > 0 ? 'bad' : ''}`, 'data-label': 'Timed out' }, count(mode.timeouts)),
    h('td', { 'data-label': 'Waited' }, times(mode.waited, longest, `${name} ${kind} waited`)),
    h('td', { 'data-label': 'Held' }, times(mode.held, longest, `${name} ${kind} held`)),
  );

function share(part, whole) {
  return part === 0 ? '0' : [count(part), whole > 0 && h('small', {}, `${Math.max(1, Math.round((100 * part) / whole))} %`)];
}

const times = (each, longest, title) =>
  each.count === 0
    ? '–'
    : h(
        'div',
        { class: 'times' },
        percentiles(each, longest, `${title}: median ${duration(each.p50Ms)}, 95 of 100 at most ${duration(each.p95Ms)}, 99 of 100 at most ${duration(each.p99Ms)}`),
        h('small', {}, `${duration(each.p50Ms)} · ${duration(each.p95Ms)} · ${duration(each.p99Ms)}`),
      );

function advice(all) {
  const known = all.filter(each => each.suggestedTimeoutMs !== null || each.suggestedLeaseMs !== null);
  const unknown = all.length - known.length;
  return (
    all.length > 0 &&
    h(
      'section',
      { class: 'part', 'data-key': 'advice' },
      h('h2', {}, 'Timeouts and leases that would suit'),
      known.length > 0 && h('div', { class: 'cards' }, known.map(suggestion)),
      unknown > 0 && h('p', { class: 'hint' }, `Of ${known.length > 0 ? `${count(unknown)} more` : 'these types'} too little is known: advice takes 100 requests or holds of a type in one mode.`),
    )
  );
}

const suggestion = each =>
  h(
    'article',
    { class: 'card', 'data-key': `${each.type} ${each.mode}` },
    h('h3', {}, h('code', {}, each.type), ' ', h('span', { class: `mode ${each.mode}` }, each.mode.toLowerCase()), each.adaptive && h('span', { class: 'pill' }, 'adapts')),
    h('dl', { class: 'change' }, change('Timeout', each.timeoutMs, each.suggestedTimeoutMs), change('Lease', each.leaseMs, each.suggestedLeaseMs)),
    h('p', { class: 'hint' }, each.reason),
  );

function change(name, now, better) {
  const same = better === null || better === now;
  return h('div', {}, h('dt', {}, name), h('dd', {}, now === null ? 'none' : duration(now), !same && [h('span', { class: 'then' }, ' → '), h('strong', {}, duration(better))], better !== null && better === now && h('span', { class: 'pill good' }, 'fits')));
}
