// The table of locks: filtered, sorted, page by page.

import { mayRelease } from './api.js';
import { detail, loadHistory } from './detail.js';
import { h } from './dom.js';
import { byName, count, duration, left, many } from './format.js';
import { holding, isComplete, isWhole, most, waiting } from './known.js';
import { askRelease } from './release.js';

const PAGE = 50;
const FEW = 200;
const MANY = 1000;
const PROMPT = 250;

const wanted = { text: '', type: '', state: '', node: '', sort: 'waiting', down: true, page: 0 };
/** Locks by name and scope: one name may be locked in two places. */
const open = new Set();
const shut = new Set();
const linked = new URLSearchParams(location.search).get('resource');
let shown = [];
let prompt = 0;

if (linked !== null) {
  wanted.text = linked;
}

const idOf = lock => `${lock.scope} ${lock.resource}`;

const isOpen = lock => open.has(idOf(lock)) || (lock.resource === linked && !shut.has(idOf(lock)));

const oldest = lock => most(lock.holders, each => each.heldMs);
const longest = lock => most(lock.waiters, each => each.waitingMs);
const first = (lock, field) => lock.holders[0]?.[field] ?? '';
const ends = lock => lock.holders.reduce((soonest, each) => Math.min(soonest, left(each) ?? Infinity), Infinity);

const COLUMNS = [
  { id: 'resource', title: 'Resource', order: (a, b) => byName(a.resource, b.resource) },
  { id: 'holder', title: 'Held by', order: (a, b) => byName(first(a, 'owner'), first(b, 'owner')) },
  { id: 'mode', title: 'Mode', order: (a, b) => byName(first(a, 'mode'), first(b, 'mode')) },
  { id: 'held', title: 'For', order: (a, b) => oldest(a) - oldest(b), number: true },
  { id: 'lease', title: 'Lease left', order: (a, b) => (ends(a) === ends(b) ? 0 : ends(a) - ends(b)), number: true },
  { id: 'token', title: 'Token', order: (a, b) => first(a, 'fencingToken') - first(b, 'fencingToken'), number: true },
  { id: 'waiting', title: 'Waiting', order: (a, b) => waiting(a) - waiting(b) || longest(a) - longest(b), number: true },
];

export const locks = {
  id: 'locks',
  title: 'Locks',
  view,
  badge: state => ({ number: state.locks?.total, kind: '' }),
  asks: ({ locks: known }) => {
    const forServer = isForServer(known);
    return [
      { name: 'locks', parameters: { limit: forServer && known.total > MANY ? FEW : MANY } },
      forServer && { name: 'found', endpoint: 'locks', parameters: search(), tag: tag() },
    ];
  },
  follow: () => Promise.all(shown.filter(isOpen).map(each => loadHistory(each.resource))),
};

// --- looking for ---------------------------------------------------------------------------------------------------------

const search = () => ({ text: wanted.text, type: wanted.type, state: wanted.state, node: wanted.node, limit: MANY });

/** By what an answer is known to be that of this search. */
const tag = () => JSON.stringify(search());

/** Whether something is looked for that the page may not have at hand. */
const isForServer = known =>
  Boolean(wanted.text || wanted.type || wanted.state || wanted.node) && known !== null && (known.total > MANY || (isWhole(known) && !isComplete(known)));

/** What was found: by the server where there are too many for the page, or else among what the page has. */
function foundIn(state) {
  if (!isForServer(state.locks)) {
    return { ...state.locks, locks: state.locks.locks.filter(matches), of: state.locks };
  }
  const found = state.found?.tag === tag() ? state.found : null;
  return found ? { ...found, locks: [...found.locks], of: found } : { ...state.locks, locks: state.locks.locks.filter(matches), of: state.locks, pending: true };
}

function view(state) {
  const known = foundIn(state);
  const found = sorted(known.locks);
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  wanted.page = Math.min(wanted.page, pages - 1);
  shown = found.slice(wanted.page * PAGE, (wanted.page + 1) * PAGE);
  const change = how => {
    Object.assign(wanted, { page: 0 }, how);
    state.redraw();
    if (isForServer(state.locks)) {
      clearTimeout(prompt);
      prompt = setTimeout(() => document.dispatchEvent(new Event('interlock-refresh')), PROMPT);
    }
  };
  return [
    h('h1', { class: 'unseen' }, 'Locks'),
    filters(state, change),
    h('p', { class: 'hint', id: 'found' }, known.pending ? `Searching ${many(state.locks.total, 'lock')}` : summary(found.length, known.of, state.locks.total)),
    found.length === 0
      ? !known.pending && h('p', { class: 'card fine' }, state.locks.total === 0 ? 'Nobody holds a lock or waits for one.' : 'No lock is like that.')
      : table(shown, state, change),
    pages > 1 && pager(pages, change),
  ];
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

/** Those that there are to choose from now, and what is chosen. */
const choices = (values, chosen) => new Set([...values, chosen].filter(each => each !== ''));

function filters(state, change) {
  const known = state.locks.locks;
  const types = choices(known.map(each => each.type), wanted.type);
  const nodes = choices([...(state.health?.details?.nodes ?? []), ...known.flatMap(lock => [...lock.holders, ...lock.waiters].map(each => each.node))], wanted.node);
  return h(
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
}

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
  return [
    row(lock, state),
    isOpen(lock) && h('tr', { class: 'detail', 'data-key': `detail ${idOf(lock)}` }, h('td', { colspan: COLUMNS.length }, detail(lock))),
  ];
}

function row(lock, state) {
  const [holder] = lock.holders;
  const others = holding(lock) - 1;
  const toggle = () => {
    const [from, to] = isOpen(lock) ? [open, shut] : [shut, open];
    from.delete(idOf(lock));
    to.add(idOf(lock));
    state.redraw();
    loadHistory(lock.resource).then(state.redraw);
  };
  const cell = (column, ...content) => h('td', { 'data-label': COLUMNS[column].title, class: COLUMNS[column].number ? 'number' : '' }, content);
  return h(
    'tr',
    { 'data-key': idOf(lock), class: lock.waiters.length > 0 ? 'contended' : '' },
    h(
      'th',
      { scope: 'row' },
      h('button', { type: 'button', class: 'opens', 'aria-expanded': String(isOpen(lock)), onclick: toggle }, h('span', { class: 'turn', 'aria-hidden': 'true' }, '›'), h('code', {}, lock.resource)),
    ),
    cell(1, holder ? [h('span', { class: 'owner' }, holder.owner), others > 0 && h('span', { class: 'more' }, `+${count(others)}`), h('small', {}, holder.node === state.locks.node ? holder.method : [holder.method, holder.node].filter(Boolean).join(' · '))] : '–'),
    cell(2, holder ? h('span', { class: `mode ${holder.mode}` }, holder.mode.toLowerCase()) : '–'),
    cell(3, holder ? duration(oldest(lock)) : '–'),
    cell(4, duration(left(holder))),
    cell(5, holder?.fencingToken ?? '–'),
    cell(6, lock.waiters.length > 0 ? [h('span', { class: 'queue' }, count(waiting(lock))), h('small', {}, duration(longest(lock)))] : '–'),
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
