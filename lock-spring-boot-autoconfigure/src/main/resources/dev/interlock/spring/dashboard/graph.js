// Who waits for what, and who holds it, as a picture.

import { h, svg } from './dom.js';
import { byName, count, duration, many } from './format.js';
import { hasAllContended, holding, waiting } from './known.js';
import { circles, layout } from './layout.js';
import { standing, whatHangs } from './stories.js';

const WIDTH = 176;
const HEIGHT = 36;
const MARGIN = 28;
const MOST = 60;
const MANY = 500;
const CROWD = 5;
const LETTERS = 22;

export const graph = {
  id: 'graph',
  title: 'Wait-for graph',
  view,
  asks: ({ locks }) => [whatHangs, locks && !hasAllContended(locks) && { name: 'contended', endpoint: 'locks', parameters: { state: 'contended', limit: MANY } }],
};

/** Those with the longest queues are known anyway; only if there are more of them does the graph ask for these. */
const contendedOf = ({ locks, contended }) => (hasAllContended(locks) || !contended ? locks : contended);

function view(state) {
  const known = contendedOf(state);
  const { nodes, edges, hidden } = model(known.locks);
  const found = circles(nodes, edges).map(ids => ({ ids, certain: isCertain(new Set(ids), nodes, state) }));
  mark(nodes, edges, found);
  const suspects = found.some(each => !each.certain);
  return [
    h('h1', { class: 'unseen' }, 'Wait-for graph'),
    h(
      'div',
      { class: 'legend' },
      h('span', { class: 'key owner' }, 'owner'),
      h('span', { class: 'key resource' }, 'resource'),
      h('span', { class: 'key waits' }, 'waits for'),
      h('span', { class: 'key holds' }, 'is held by'),
      h('span', { class: 'key circle' }, 'circle: a deadlock'),
      suspects && h('span', { class: 'key suspect' }, 'looks like a circle'),
    ),
    nodes.length === 0
      ? h('p', { class: 'card fine' }, 'Nobody waits, so there is nothing to draw.')
      : h('div', { class: 'scroll card graph', tabindex: '0', role: 'region', 'aria-label': 'Picture of who waits for whom' }, picture(nodes, edges, found)),
    suspects && h('p', { class: 'hint' }, 'What looks like a circle runs through what other nodes said at different times. If it is a deadlock, it is found within seconds, and red.'),
    hidden > 0 && h('p', { class: 'hint' }, `Left out so that it stays readable: ${many(hidden, 'lock')} with shorter queues.`),
    !hasAllContended(known) && h('p', { class: 'hint' }, `Of the ${count(known.locks.length)} locks with the longest queues.`),
    nodes.length > 0 && inWords(edges),
  ];
}

// --- what there is -----------------------------------------------------------------------------------------------------

/** Names may be the same, ids are not. A hold that is only kept is nobody's any more: whoever had it may well go on. */
function ownerId(each) {
  if (each.keptUntil) {
    return `kept ${each.node} ${each.owner}`;
  }
  return each.ownerId === null ? `? ${each.node} ${each.owner}` : `o ${each.node} ${each.ownerId}`;
}

/** What this node knows of itself is so; of others only what was found to be a deadlock. */
function isCertain(ids, nodes, state) {
  const owners = nodes.filter(each => each.kind === 'owner' && ids.has(each.id));
  const isIn = one => owners.some(({ each }) => each.node === one.node && each.owner === one.owner);
  return (
    owners.every(({ each }) => each.node === state.locks.node && each.ownerId !== null) ||
    standing(state).some(deadlock => deadlock.participants.every(isIn))
  );
}

/** Contended locks only, those in circles and with the longest queues first; of a crowd only so many are drawn. */
function model(locks) {
  const contended = locks.filter(each => each.waiters.length > 0);
  const owners = new Set(contended.flatMap(lock => lock.holders.map(ownerId)));
  const both = lock => lock.waiters.filter(each => owners.has(ownerId(each))).length;
  const nodes = new Map();
  const edges = [];
  let hidden = 0;
  for (const lock of contended.sort((a, b) => both(b) - both(a) || waiting(b) - waiting(a) || byName(a.resource, b.resource))) {
    if (nodes.size >= MOST) {
      hidden++;
    } else {
      add(lock, nodes, edges, owners);
    }
  }
  return { nodes: [...nodes.values()], edges, hidden };
}

function add(lock, nodes, edges, owners) {
  const id = `r ${lock.scope} ${lock.resource}`;
  nodes.set(id, { id, kind: 'resource', title: lock.resource, more: `${count(waiting(lock))} waiting` });
  const owner = each => {
    const own = ownerId(each);
    if (!nodes.has(own)) {
      nodes.set(own, { id: own, kind: 'owner', title: each.owner, more: each.method ?? each.node, each });
    }
    return own;
  };
  const crowd = (people, all, draw, key, link) => {
    const first = [...people].sort((a, b) => owners.has(ownerId(b)) - owners.has(ownerId(a)));
    first.slice(0, CROWD).forEach(draw);
    if (all > CROWD) {
      const rest = `${key} ${lock.resource}`;
      nodes.set(rest, { id: rest, kind: 'owner crowd', title: `${count(all - Math.min(CROWD, people.length))} more`, more: key === 'w' ? 'wait too' : 'hold it too' });
      link(rest);
    }
  };
  crowd(lock.waiters, waiting(lock), each => edges.push({ from: owner(each), to: id, kind: 'waits', each, lock }), 'w', rest => edges.push({ from: rest, to: id, kind: 'waits' }));
  crowd(lock.holders, holding(lock), each => edges.push({ from: id, to: owner(each), kind: 'holds', each, lock }), 'h', rest => edges.push({ from: id, to: rest, kind: 'holds' }));
}

function mark(nodes, edges, found) {
  const circleOf = new Map(found.flatMap(circle => circle.ids.map(id => [id, circle])));
  const kind = circle => (circle ? (circle.certain ? 'circle' : 'suspect') : '');
  nodes.forEach(each => (each.circle = kind(circleOf.get(each.id))));
  edges.forEach(each => (each.circle = circleOf.get(each.from) === circleOf.get(each.to) ? kind(circleOf.get(each.from)) : ''));
}

// --- how it is drawn ---------------------------------------------------------------------------------------------------

function picture(nodes, edges, found) {
  const { places, width, height } = layout(nodes, edges);
  const wide = width - 250 + WIDTH + 2 * MARGIN;
  const high = height + 2 * MARGIN;
  return svg(
    'svg',
    {
      width: wide,
      height: high,
      viewBox: `0 0 ${wide} ${high}`,
      role: 'img',
      'aria-label': `${many(nodes.length, 'node')}, ${found.length === 0 ? 'no circle' : many(found.length, 'circle')}. The same is told in words below.`,
    },
    svg('defs', {}, Object.values(TIPS).map(arrow)),
    edges.map(each => edge(each, places)),
    nodes.map(each => node(each, places.get(each.id))),
  );
}

const TIPS = { '': 'plain', circle: 'red', suspect: 'warn' };

const arrow = kind =>
  svg(
    'marker',
    { id: `arrow-${kind}`, class: `tip ${kind}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' },
    svg('path', { d: 'M0 0L8 4L0 8Z' }),
  );

function edge(each, places) {
  const from = places.get(each.from);
  const to = places.get(each.to);
  return svg('path', {
    'data-key': `${each.from} > ${each.to}`,
    class: `edge ${each.kind} ${each.circle}`,
    d: way(from, to),
    'marker-end': `url(#arrow-${TIPS[each.circle]})`,
  });
}

/** Forward as a soft S, back as a bow below all that is between. */
function way(from, to) {
  const y1 = from.y + MARGIN + HEIGHT / 2;
  const y2 = to.y + MARGIN + HEIGHT / 2;
  if (to.x > from.x) {
    const x1 = from.x + MARGIN + WIDTH;
    const x2 = to.x + MARGIN;
    const half = (x1 + x2) / 2;
    return `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
  }
  const x1 = from.x + MARGIN + WIDTH / 2;
  const x2 = to.x + MARGIN + WIDTH / 2;
  const below = Math.max(from.y, to.y) + MARGIN + HEIGHT;
  const low = below + 28;
  return `M${x1} ${from.y + MARGIN + HEIGHT}C${x1} ${low} ${x1 - 40} ${low} ${(x1 + x2) / 2} ${low}S${x2} ${low} ${x2} ${to.y + MARGIN + HEIGHT}`;
}

const short = text => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

const node = (each, { x, y }) =>
  svg(
    'g',
    { 'data-key': each.id, class: `vertex ${each.kind} ${each.circle}`, transform: `translate(${x + MARGIN} ${y + MARGIN})` },
    svg('title', {}, `${each.title} – ${each.more}`),
    svg('rect', { width: WIDTH, height: HEIGHT, rx: each.kind === 'resource' ? 5 : HEIGHT / 2 }),
    svg('text', { x: WIDTH / 2, y: 15 }, short(each.title)),
    svg('text', { x: WIDTH / 2, y: 28, class: 'small' }, short(each.more)),
  );

const WORDS = { '': '', circle: ': in a circle', suspect: ': in what looks like a circle' };

function inWords(edges) {
  const waits = edges.filter(each => each.kind === 'waits' && each.each);
  return h(
    'details',
    { class: 'card words' },
    h('summary', {}, 'The same in words'),
    h(
      'ul',
      {},
      waits.map(({ from, to, each, lock, circle }) =>
        h(
          'li',
          { 'data-key': `${from} ${to}`, class: circle === 'circle' ? 'bad' : '' },
          `${each.owner} has waited ${duration(each.waitingMs)} for `,
          h('code', {}, lock.resource),
          lock.holders.length > 0 ? `, held by ${lock.holders.slice(0, CROWD).map(holder => holder.owner).join(', ')}` : '',
          WORDS[circle],
        ),
      ),
    ),
  );
}
