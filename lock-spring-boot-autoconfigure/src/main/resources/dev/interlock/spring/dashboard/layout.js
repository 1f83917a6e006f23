// Lays a graph out in layers from left to right: those who wait, what they wait for, those who hold that. Whoever lays out the
// same graph twice gets the same picture.
//
// Circles have no layers, so first each edge is turned round that leads back to where a search in depth came from. Layers are
// then the longest ways from the left. Within a layer nodes go to the mean place of their neighbours, back and forth, so that
// few edges cross. Parts that have nothing to do with each other are laid out one below the other, those with circles first.

import { byName } from './format.js';

const COLUMN = 250;
const ROW = 54;
const GAP = 34;
const SWEEPS = 6;

/** Nodes have an id, edges a from and a to. Answers with places by id and the size of it all. */
export function layout(nodes, edges) {
  const places = new Map();
  let top = 0;
  let width = 0;
  for (const part of parts(nodes, edges)) {
    const layers = sort(layersOf(part), part);
    const most = Math.max(...layers.map(layer => layer.length));
    layers.forEach((layer, column) => {
      const inset = ((most - layer.length) * ROW) / 2;
      layer.forEach((id, row) => places.set(id, { x: column * COLUMN, y: top + inset + row * ROW }));
    });
    width = Math.max(width, layers.length * COLUMN);
    top += most * ROW + GAP;
  }
  return { places, width, height: Math.max(0, top - GAP) };
}

/** The strongly connected parts with more than one node, by Tarjan: who is in one waits for himself. */
export function circles(nodes, edges) {
  const next = outgoing(nodes, edges);
  const state = new Map();
  const stack = [];
  const found = [];
  const visit = id => {
    const own = { index: state.size, low: state.size, open: true };
    state.set(id, own);
    stack.push(id);
    for (const to of next.get(id)) {
      if (!state.has(to)) {
        visit(to);
      }
      if (state.get(to).open) {
        own.low = Math.min(own.low, state.get(to).low);
      }
    }
    if (own.low === own.index) {
      const part = stack.splice(stack.indexOf(id));
      part.forEach(each => (state.get(each).open = false));
      if (part.length > 1) {
        found.push(part);
      }
    }
  };
  nodes.forEach(({ id }) => state.has(id) || visit(id));
  return found;
}

function outgoing(nodes, edges) {
  const next = new Map(nodes.map(({ id }) => [id, []]));
  edges.forEach(({ from, to }) => next.get(from).push(to));
  next.forEach(each => each.sort(byName));
  return next;
}

function parts(nodes, edges) {
  const near = new Map(nodes.map(({ id }) => [id, []]));
  edges.forEach(({ from, to }) => {
    near.get(from).push(to);
    near.get(to).push(from);
  });
  const byId = new Map(nodes.map(each => [each.id, each]));
  const seen = new Set();
  const found = [];
  for (const { id } of [...nodes].sort((a, b) => byName(a.id, b.id))) {
    const ids = [];
    const queue = seen.has(id) ? [] : [id];
    for (const each of queue) {
      if (!seen.has(each)) {
        seen.add(each);
        ids.push(each);
        queue.push(...near.get(each));
      }
    }
    if (ids.length > 0) {
      const own = new Set(ids);
      found.push({ nodes: ids.sort(byName).map(each => byId.get(each)), edges: edges.filter(({ from }) => own.has(from)) });
    }
  }
  const weight = part => (part.nodes.some(each => each.circle) ? 1000 : 0) + part.nodes.length;
  return found.sort((a, b) => weight(b) - weight(a));
}

function layersOf({ nodes, edges }) {
  const forward = acyclic(nodes, edges);
  const depth = new Map();
  const before = new Map(nodes.map(({ id }) => [id, []]));
  forward.forEach(({ from, to }) => before.get(to).push(from));
  const measure = id => {
    if (!depth.has(id)) {
      depth.set(id, Math.max(-1, ...before.get(id).map(measure)) + 1);
    }
    return depth.get(id);
  };
  nodes.forEach(({ id }) => measure(id));
  nodes.forEach(({ id }) => before.get(id).length === 0 && depth.set(id, beside(id, forward, depth)));
  const layers = [];
  nodes.forEach(({ id }) => (layers[depth.get(id)] ??= []).push(id));
  return layers;
}

/** Who waits and holds nothing stands right beside what he waits for. */
function beside(id, forward, depth) {
  const next = forward.filter(({ from }) => from === id).map(({ to }) => depth.get(to));
  return next.length === 0 ? 0 : Math.min(...next) - 1;
}

function acyclic(nodes, edges) {
  const next = outgoing(nodes, edges);
  const into = new Set(edges.map(({ to }) => to));
  const state = new Map();
  const back = new Set();
  const visit = id => {
    state.set(id, 'open');
    for (const to of next.get(id)) {
      if (state.get(to) === 'open') {
        back.add(`${id}\n${to}`);
      } else if (!state.has(to)) {
        visit(to);
      }
    }
    state.set(id, 'done');
  };
  const sources = nodes.filter(({ id }) => !into.has(id));
  const owners = nodes.filter(({ kind }) => kind === 'owner');
  [...sources, ...owners, ...nodes].forEach(({ id }) => state.has(id) || visit(id));
  return edges.map(({ from, to }) => (back.has(`${from}\n${to}`) ? { from: to, to: from } : { from, to }));
}

function sort(layers, { edges }) {
  const near = new Map(layers.flat().map(id => [id, []]));
  edges.forEach(({ from, to }) => {
    near.get(from).push(to);
    near.get(to).push(from);
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 === 0 ? layers : [...layers].reverse();
    order.forEach((layer, index) => {
      const beside = new Map((order[index - 1] ?? []).map((id, row) => [id, row]));
      const mean = id => {
        const rows = near.get(id).filter(each => beside.has(each)).map(each => beside.get(each));
        return rows.length === 0 ? Infinity : rows.reduce((sum, each) => sum + each, 0) / rows.length;
      };
      const means = new Map(layer.map(id => [id, mean(id)]));
      layer.sort((a, b) => (means.get(a) === means.get(b) ? 0 : means.get(a) - means.get(b)));
    });
  }
  return layers;
}
