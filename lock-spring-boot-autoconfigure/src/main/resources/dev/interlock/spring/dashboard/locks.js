// The table of locks: filtered, sorted, page by page.

import { mayRelease } from './api.js';
import { detail, openDetail } from './detail.js';
import { h } from './dom.js';
import { byName, count, duration, left, many } from './format.js';
import { askRelease } from './release.js';

const PAGE = 50;
const MANY = 1000;
const PROMPT = 250;

const wanted = { text: '', type: '', state: '', node: '', sort: 'waiting', down: true, page: 0 };
const open = new Set();
const linked = new URLSearchParams(location.search).get('resource');
const types = new Set();
const nodes = new Set();
let prompt = 0;

if (linked !== null) {
  wanted.text = linked;
  open.add(linked);
}

/** What the server is to look for where there are more locks than the page has at hand. */
export const search = () => ({ text: wanted.text, type: wanted.type, state: wanted.state, node: wanted.node, limit: MANY });

export const isWhole = locks => locks.locks.length >= locks.total;

const oldest = lock => Math.max(-1, ...lock.holders.map(each => each.heldMs));
const longest = lock => Math.max(-1, ...lock.waiters.map(each => each.waitingMs));
const first = (lock, field) => lock.holders[0]?.[field] ?? '';
const ends = lock => Math.min(...lock.holders.map(each => (each.leaseExpiresAt ? Date.parse(each.leaseExpiresAt) : Infinity)));

const COLUMNS = [
  { id: 'resource', title: 'Resource', order: (a, b) => byName(a.resource, b.resource) },
  { id: 'holder', title: 'Held by', order: (a, b) => byName(first(a, 'owner'), first(b, 'owner')) },
  { id: 'mode', title: 'Mode', order: (a, b) => byName(first(a, 'mode'), first(b, 'mode')) },
  { id: 'held', title: 'For', order: (a, b) => oldest(a) - oldest(b), number: true },
  { id: 'lease', title: 'Lease left', order: (a, b) => (ends(a) === ends(b) ? 0 : ends(a) - ends(b)), number: true },
  { id: 'token', title: 'Token', order: (a, b) => first(a, 'fencingToken') - first(b, 'fencingToken'), number: true },
  { id: 'waiting', title: 'Waiting', order: (a, b) => a.waiters.length - b.waiters.length || longest(a) - longest(b), number: true },
];

export function locksView(state) {
  const known = isWhole(state.locks) ? state.locks : (state.found ?? state.locks);
  remember(known.locks);
  const found = sorted(known.locks.filter(matches));
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  wanted.page = Math.min(wanted.page, pages - 1);
  const shown = found.slice(wanted.page * PAGE, (wanted.page + 1) * PAGE);
  const change = how => {
    Object.assign(wanted, { page: 0 }, how);
    state.redraw();
    if (!isWhole(state.locks)) {
      clearTimeout(prompt);
      prompt = setTimeout(() => document.dispatchEvent(new Event('interlock-refresh')), PROMPT);
    }
  };
  return [
    h('h1', { class: 'unseen' }, 'Locks'),
    filters(change),
    h('p', { class: 'hint', id: 'found' }, summary(found.length, known, state.locks.total)),
    found.length === 0
      ? h('p', { class: 'card fine' }, state.locks.total === 0 ? 'Nobody holds a lock or waits for one.' : 'No lock is like that.')
      : table(shown, state, change),
    pages > 1 && pager(pages, change),
  ];
}

function remember(locks) {
  for (const lock of locks) {
    types.add(lock.type);
    for (const each of [...lock.holders, ...lock.waiters]) {
      nodes.add(each.node);
    }
  }
}

// --- what is shown -----------------------------------------------------------------------------------------------------

function matches(lock) {
  const people = [...lock.holders, ...lock.waiters];
  return (
    (wanted.type === '' || lock.type === wanted.type) &&
    (wanted.state !== 'held' || lock.holders.length > 0) &&
    (wanted.state !== 'contended' || lock.waiters.length > 0) &&
    (wanted.node === '' || people.some(each => each.node === wanted.node)) &&
    (wanted.text === '' || says(lock, people, wanted.text.toLowerCase()))
  );
}

const says = (lock, people, text) =>
  [lock.resource, ...people.flatMap(each => [each.owner, each.method, each.reason])].some(each => each?.toLowerCase().includes(text));

function sorted(locks) {
  const { order } = COLUMNS.find(each => each.id === wanted.sort);
  const sign = wanted.down ? -1 : 1;
  return locks.sort((a, b) => sign * order(a, b) || byName(a.resource, b.resource));
}

function summary(found, known, all) {
  const rest = isWhole(known) ? '' : `, of ${count(known.total)} those with the longest queues and the longest holds`;
  return `${many(found, 'lock')}${rest}${known.total < all || found < known.locks.length ? `, of ${count(all)} altogether` : ''}`;
}

// --- filters -----------------------------------------------------------------------------------------------------------

const filters = change =>
  h(
    'form',
    { class: 'filters', role: 'search', 'aria-label': 'Filter the locks', onkeydown: stay },
    h(
      'label',
      { class: 'wide' },
      h('span', {}, 'Search'),
      h('input', {
        type: 'search',
        id: 'text',
        placeholder: 'resource, owner, method, reason',
        autocomplete: 'off',
        value: wanted.text,
        oninput: (_, input) => change({ text: input.value.trim() }),
      }),
    ),
    choice('Type', 'type', types, 'all types', change),
    choice('State', 'state', ['held', 'contended'], 'any state', change),
    choice('Node', 'node', nodes, 'all nodes', change),
  );

/** A form that is sent would load the page again. */
function stay(event) {
  if (event.key === 'Enter') {
    event.preventDefault();
  }
}

const choice = (title, name, values, all, change) =>
  h(
    'label',
    {},
    h('span', {}, title),
    h(
      'select',
      { id: name, onchange: (_, select) => change({ [name]: select.value }) },
      h('option', { value: '' }, all),
      [...values].sort(byName).map(each => h('option', { value: each, 'data-key': each }, each)),
    ),
  );

// --- table -------------------------------------------------------------------------------------------------------------

const table = (locks, state, change) =>
  h(
    'div',
    { class: 'scroll card flush' },
    h(
      'table',
      { class: 'locks', 'aria-describedby': 'found' },
      h('caption', { class: 'unseen' }, 'Locks that somebody holds or waits for'),
      h('thead', {}, h('tr', {}, COLUMNS.map(each => heading(each, change)))),
      h('tbody', {}, locks.flatMap(lock => rows(lock, state))),
    ),
  );

function heading(column, change) {
  const chosen = wanted.sort === column.id;
  return h(
    'th',
    { scope: 'col', class: column.number ? 'number' : '', 'aria-sort': chosen ? (wanted.down ? 'descending' : 'ascending') : null },
    h(
      'button',
      { type: 'button', class: 'sort', onclick: () => change({ sort: column.id, down: chosen ? !wanted.down : Boolean(column.number) }) },
      column.title,
      h('span', { 'aria-hidden': 'true', class: 'arrow' }, chosen ? (wanted.down ? '▼' : '▲') : ''),
    ),
  );
}

function rows(lock, state) {
  const isOpen = open.has(lock.resource);
  return [row(lock, state, isOpen), isOpen && h('tr', { class: 'detail', 'data-key': `detail ${lock.resource}` }, h('td', { colspan: COLUMNS.length }, detail(lock, state)))];
}

function row(lock, state, isOpen) {
  const [holder] = lock.holders;
  const others = lock.holders.length - 1;
  const toggle = () => {
    if (!open.delete(lock.resource)) {
      open.add(lock.resource);
      openDetail(lock.resource, state.redraw);
    }
    state.redraw();
  };
  const cell = (column, ...content) => h('td', { 'data-label': COLUMNS[column].title, class: COLUMNS[column].number ? 'number' : '' }, content);
  return h(
    'tr',
    { 'data-key': lock.resource, class: lock.waiters.length > 0 ? 'contended' : '' },
    h(
      'th',
      { scope: 'row' },
      h('button', { type: 'button', class: 'opens', 'aria-expanded': String(isOpen), onclick: toggle }, h('span', { class: 'turn', 'aria-hidden': 'true' }, '›'), h('code', {}, lock.resource)),
    ),
    cell(1, holder ? [h('span', { class: 'owner' }, holder.owner), others > 0 && h('span', { class: 'more' }, `+${count(others)}`), h('small', {}, holder.node === state.locks.node ? holder.method : [holder.method, holder.node].filter(Boolean).join(' · '))] : '–'),
    cell(2, holder ? h('span', { class: `mode ${holder.mode}` }, holder.mode.toLowerCase()) : '–'),
    cell(3, holder ? duration(oldest(lock)) : '–'),
    cell(4, duration(left(holder?.leaseExpiresAt, state.now))),
    cell(5, holder?.fencingToken ?? '–'),
    cell(6, lock.waiters.length > 0 ? [h('span', { class: 'queue' }, count(lock.waiters.length)), h('small', {}, duration(longest(lock)))] : '–'),
  );
}

function pager(pages, change) {
  const turn = (by, name) =>
    h('button', { type: 'button', disabled: wanted.page + by < 0 || wanted.page + by >= pages, onclick: () => change({ page: wanted.page + by }) }, name);
  return h('nav', { class: 'pager', 'aria-label': 'Pages' }, turn(-1, 'Previous'), h('span', {}, `Page ${wanted.page + 1} of ${pages}`), turn(1, 'Next'));
}

/** For the button beside a story. */
export const releaseButton = resource =>
  h('button', { type: 'button', class: `danger ${mayRelease ? '' : 'locked'}`, onclick: () => askRelease(resource) }, 'Release by force…');
