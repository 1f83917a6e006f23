// Asks the endpoints again and again, keeps what they answered, and shows the section that is looked at.

import { Failure, SIBLINGS, get, isExposed } from './api.js';
import { h, listen, show } from './dom.js';
import { count, many } from './format.js';
import { glance } from './glance.js';
import { graph } from './graph.js';
import { locks } from './locks.js';
import { operations } from './operations.js';
import { take } from './samples.js';
import { statistics } from './statistics.js';
import { standing, stories, whatHangs } from './stories.js';

const SEEN = 2000;
const HIDDEN = 60000;
const SLOWEST = 30000;

/**
 * A panel has an id, a title, and a view, which makes nodes of the state. It may have a badge, questions of its own that are asked
 * while it is looked at, and something to follow up after each round. The answer to a question is in the state by its name.
 */
const PANELS = [glance, locks, graph, stories, operations, statistics];

/** Asked whatever is looked at, so many rounds apart, unless the panel asks the same in its own way. */
const COMMON = [
  { name: 'locks', parameters: { limit: 200 } },
  { ...whatHangs, every: 2 },
  { name: 'health', every: 5, ask: health },
];

/** What the endpoints answered last. */
const state = { locks: null, deadlocks: null, health: null, troubles: {}, redraw };

const find = id => document.getElementById(id);
const panel = () => PANELS.find(each => each.id === location.hash.slice(1)) ?? null;
let current = panel() ?? (new URLSearchParams(location.search).has('resource') ? locks : glance);
let rounds = 0;
let failures = 0;
let paused = false;
let asking = false;
let wanted = false;
let timer = 0;
let healthOf = '/locks';

// --- asking ------------------------------------------------------------------------------------------------------------

/** Everything that is due in this round. */
function due() {
  const questions = new Map(COMMON.filter(({ every = 1 }) => rounds % every === 0).map(each => [each.name, each]));
  (current.asks?.(state) ?? []).filter(Boolean).forEach(each => questions.set(each.name, each));
  return [...questions.values()].filter(each => isExposed(each.endpoint ?? each.name));
}

async function answer({ name, endpoint = name, parameters, tag, ask = () => get(endpoint, parameters) }) {
  try {
    state[name] = { ...(await ask()), tag };
    delete state.troubles[name];
  } catch (failure) {
    if (!(failure instanceof Failure)) {
      throw failure;
    }
    state.troubles[name] = failure;
  }
}

/** That of the locks alone, or the status of all where that is not shown, which is found out once. */
async function health() {
  try {
    return { ...(await get('health', {}, healthOf)), ofAll: healthOf === '' };
  } catch (failure) {
    if (failure.status !== 404 || healthOf === '') {
      throw failure;
    }
    healthOf = '';
    return health();
  }
}

/** Whoever wants one during a round gets another one after it. */
async function round() {
  clearTimeout(timer);
  if (asking) {
    wanted = true;
    return;
  }
  asking = true;
  try {
    await Promise.all([...due().map(answer), current.follow?.()]);
    rounds++;
    failures = state.troubles.locks ? failures + 1 : 0;
    if (failures === 0) {
      take(state.locks, Date.now());
      announceDeadlocks();
    }
    redraw();
  } finally {
    asking = false;
    again();
  }
}

function again() {
  clearTimeout(timer);
  if (wanted) {
    wanted = false;
    round();
  } else if (!paused) {
    timer = setTimeout(round, Math.max(document.hidden ? HIDDEN : SEEN, Math.min(SEEN * 2 ** failures, SLOWEST) * (failures > 0)));
  }
}

// --- showing -----------------------------------------------------------------------------------------------------------

function redraw() {
  show(find('sections'), PANELS.map(link));
  show(find('where'), where());
  drawConnection();
  show(find('notices'), notices());
  const found = standing(state).length;
  document.title = `${found ? `(${many(found, 'deadlock')}) ` : ''}Locks${state.locks ? ` · ${state.locks.node}` : ''}`;
  if (state.locks) {
    show(find('view'), current.view(state));
  }
}

function link(each) {
  const { number, kind } = each.badge?.(state) ?? {};
  return h(
    'a',
    { href: `#${each.id}`, 'data-key': each.id, 'aria-current': each === current ? 'page' : null },
    each.title,
    number > 0 && h('span', { class: `badge ${kind}` }, count(number)),
  );
}

/** On a narrow screen not all of them fit. */
function reveal() {
  find('sections').querySelector('[aria-current]').scrollIntoView({ block: 'nearest', inline: 'center' });
}

function where() {
  const { locks } = state;
  return locks ? [h('span', { class: 'node', title: 'This node' }, locks.node), h('span', { class: 'pill' }, locks.backend)] : [];
}

function drawConnection() {
  const node = find('connection');
  const trouble = state.troubles.locks;
  const [kind, text] = trouble
    ? ['offline', trouble.status === 0 ? 'offline' : 'refused']
    : paused
      ? ['paused', 'paused']
      : state.locks
        ? ['live', 'live']
        : ['loading', 'loading'];
  if (node.dataset.state !== kind && (kind === 'offline' || node.dataset.state === 'offline')) {
    announce(kind === 'offline' ? `No connection: ${trouble.message}` : 'Connected again');
  }
  node.dataset.state = kind;
  node.textContent = text;
}

function notices() {
  const trouble = state.troubles.locks;
  const missing = SIBLINGS.filter(each => !isExposed(each));
  const failing = Object.keys(state.troubles).filter(each => each !== 'locks');
  const incomplete = state.locks?.incomplete ?? state.deadlocks?.incomplete;
  return [
    trouble &&
      h(
        'p',
        { class: 'notice bad', 'data-key': 'offline' },
        h('strong', {}, 'Not up to date: '),
        `${trouble.message}. `,
        state.locks ? 'What you see is what was known last. ' : '',
        'It is tried again by itself.',
      ),
    incomplete && h('p', { class: 'notice warn', 'data-key': 'incomplete' }, h('strong', {}, 'Incomplete: '), incomplete),
    !trouble &&
      failing.length > 0 &&
      h(
        'p',
        { class: 'notice warn', 'data-key': 'failing' },
        failing.map(each => `${each}: ${state.troubles[each].message}`).join('; '),
      ),
    missing.length > 0 &&
      h(
        'p',
        { class: 'notice', 'data-key': 'missing' },
        `Not exposed: ${missing.join(', ')}. What they would show is left out here. Add them to `,
        h('code', {}, 'management.endpoints.web.exposure.include'),
        '.',
      ),
  ];
}

function announce(text) {
  find('announcer').textContent = text;
}

let announced = 0;

/** Only when there are more than there were: nobody wants to be told every two seconds. */
function announceDeadlocks() {
  const found = standing(state).length;
  if (found > announced) {
    announce(`${many(found, 'deadlock')} ${found === 1 ? 'stands' : 'stand'}`);
  }
  announced = found;
}

// --- starting ----------------------------------------------------------------------------------------------------------

listen(document.body, 'click', 'input', 'change', 'keydown');
addEventListener('hashchange', () => {
  current = panel() ?? current;
  redraw();
  reveal();
  round();
});
document.addEventListener('visibilitychange', () => (document.hidden ? again() : !paused && round()));
document.addEventListener('interlock-refresh', round);
find('pause').addEventListener('click', event => {
  paused = !paused;
  event.target.setAttribute('aria-pressed', String(paused));
  event.target.textContent = paused ? 'Resume' : 'Pause';
  drawConnection();
  if (paused) {
    clearTimeout(timer);
  } else {
    round();
  }
});
redraw();
reveal();
round();
