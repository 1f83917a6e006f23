// Asks the endpoints again and again, keeps what they answered, and shows the section that is looked at.

import { Failure, SIBLINGS, get, isExposed } from './api.js';
import { h, listen, show } from './dom.js';
import { count, many } from './format.js';
import { glance } from './glance.js';
import { graph } from './graph.js';
import { isWhole, locksView, search } from './locks.js';
import { take } from './samples.js';
import { statistics } from './statistics.js';
import { MOST, standing, stories } from './stories.js';

const SEEN = 2000;
const HIDDEN = 60000;
const SLOWEST = 30000;
const FEW = 200;

const SECTIONS = [
  { id: 'glance', title: 'At a glance', view: glance },
  { id: 'locks', title: 'Locks', view: locksView, badge: state => state.locks?.total, kind: '' },
  { id: 'graph', title: 'Wait-for graph', view: graph },
  { id: 'stories', title: 'Deadlocks', view: stories, badge: state => standing(state).length, kind: 'bad' },
  { id: 'statistics', title: 'Statistics', view: statistics },
];

/** What the endpoints answered last. */
const state = { now: Date.now(), locks: null, found: null, deadlocks: null, lockstats: null, health: null, troubles: {}, redraw };

const find = id => document.getElementById(id);
const section = () => SECTIONS.find(each => each.id === location.hash.slice(1)) ?? null;
let current = new URLSearchParams(location.search).has('resource') ? SECTIONS[1] : SECTIONS[0];
let rounds = 0;
let failures = 0;
let paused = false;
let asking = false;
let timer = 0;

// --- asking ------------------------------------------------------------------------------------------------------------

/** Everything that is due in this round; what is dear is due less often unless it is being looked at. */
function due() {
  const every = (interval, id) => rounds % interval === 0 || current.id === id;
  return [
    ['locks', { limit: FEW }],
    current.id === 'locks' && state.locks && !isWhole(state.locks) && ['found', search(), 'locks'],
    every(2, 'statistics') && ['lockstats', { limit: current.id === 'statistics' ? 100 : 1 }],
    every(2, 'stories') && ['deadlocks', { limit: MOST }],
    rounds % 5 === 0 && ['health', {}],
  ].filter(each => each && isExposed(each[2] ?? each[0]));
}

async function fetchOne([name, parameters, endpoint = name]) {
  try {
    state[name] = name === 'health' ? await health() : await get(endpoint, parameters);
    delete state.troubles[name];
  } catch (failure) {
    if (!(failure instanceof Failure)) {
      throw failure;
    }
    state.troubles[name] = failure;
  }
}

/** That of the locks alone, and where that is not shown, the status of all. */
async function health() {
  try {
    return await get('health', {}, '/locks');
  } catch (failure) {
    if (failure.status !== 404) {
      throw failure;
    }
    return { ...(await get('health')), ofAll: true };
  }
}

async function round() {
  clearTimeout(timer);
  if (asking) {
    return;
  }
  asking = true;
  try {
    const fetches = due();
    await Promise.all(fetches.map(fetchOne));
    rounds++;
    state.now = Date.now();
    failures = state.troubles.locks ? failures + 1 : 0;
    if (failures === 0) {
      take(state.locks, isExposed('lockstats') ? state.lockstats : null, state.now);
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
  if (!paused) {
    timer = setTimeout(round, Math.max(document.hidden ? HIDDEN : SEEN, Math.min(SEEN * 2 ** failures, SLOWEST) * (failures > 0)));
  }
}

// --- showing -----------------------------------------------------------------------------------------------------------

function redraw() {
  show(find('sections'), SECTIONS.map(link));
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
  const number = each.badge?.(state);
  return h(
    'a',
    { href: `#${each.id}`, 'data-key': each.id, 'aria-current': each === current ? 'page' : null },
    each.title,
    number > 0 && h('span', { class: `badge ${each.kind}` }, count(number)),
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
  const failing = SIBLINGS.filter(each => state.troubles[each]);
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
    state.locks?.incomplete &&
      h('p', { class: 'notice warn', 'data-key': 'incomplete' }, h('strong', {}, 'Incomplete: '), state.locks.incomplete),
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
  current = section() ?? current;
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
current = section() ?? current;
redraw();
reveal();
round();
