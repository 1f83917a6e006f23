// Each button says in its data what it asks for; the answers go into the log, every value as text.

const LONGEST_LOG = 50;
const LONGEST_TEXT = 1000;
const log = document.getElementById('log');
const empty = document.getElementById('empty');
const traffic = document.getElementById('traffic');
let watching = 0;

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function begin(title) {
  const entry = document.createElement('li');
  const state = element('span', 'pill', 'waiting');
  const said = element('pre', 'said', '');
  said.tabIndex = 0;
  said.setAttribute('aria-label', `Answer: ${title}`);
  said.hidden = true;
  entry.append(element('time', '', new Date().toLocaleTimeString()), element('strong', '', title), state, said);
  log.prepend(entry);
  while (log.children.length > LONGEST_LOG) {
    log.lastElementChild.remove();
  }
  empty.hidden = true;
  return { state, said };
}

function end({ state, said }, good, outcome, text) {
  state.textContent = outcome;
  state.classList.add(good ? 'good' : 'bad');
  said.textContent = text;
  said.hidden = false;
}

const OUTCOMES = { 404: 'not there', 409: 'somebody else was first', 410: 'lost' };

/** Stories have lines of their own, which JSON would hide. */
function told(body) {
  const stories = body?.standing ?? body?.violations;
  if (stories?.length) {
    return stories.join('\n\n');
  }
  return body?.detail ?? (body?.why || JSON.stringify(body));
}

/** Whatever is between here and the sample may answer in its stead, and not in JSON. */
async function read(answer) {
  const text = (await answer.text()).trim();
  try {
    const body = JSON.parse(text);
    return { good: answer.ok && body?.done !== false, text: told(body) };
  } catch {
    const what = text === '' ? 'It is empty.' : `It is:\n\n${text.slice(0, LONGEST_TEXT)}`;
    return { good: false, text: `This answer is not the sample's. Is there a proxy in between? ${what}` };
  }
}

/** Once at a time: a browser has few connections to one server, and whoever waits keeps one. */
async function press(button) {
  if (button.getAttribute('aria-disabled') === 'true') {
    return;
  }
  button.setAttribute('aria-disabled', 'true');
  await ask(button);
  button.removeAttribute('aria-disabled');
}

async function ask(button) {
  const { method, url, body } = button.dataset;
  const entry = begin(button.textContent);
  const began = performance.now();
  try {
    const answer = await fetch(url, { method, body, headers: body ? { 'Content-Type': 'application/json' } : {} });
    const took = Math.round(performance.now() - began);
    const outcome = [answer.status, OUTCOMES[answer.status], `after ${took} ms`].filter(Boolean).join(' · ');
    const { good, text } = await read(answer);
    end(entry, good, outcome, text);
  } catch {
    end(entry, false, 'no answer', 'The sample cannot be reached.');
  }
  if (url.startsWith('demo/traffic')) {
    watch();
  }
}

function describe(status) {
  if (status.threads === 0) {
    return 'No traffic.';
  }
  const now = status.running ? `${status.threads} customers, ${status.secondsLeft} s left` : 'The customers have gone';
  return `${now}: ${status.served} visits served, ${status.busy} gave up waiting, ${status.refused} refused.`;
}

/** Asks once a second, for as long as there is traffic. */
async function watch() {
  clearTimeout(watching);
  try {
    const answer = await fetch('demo/traffic');
    const status = await answer.json();
    traffic.textContent = answer.ok ? describe(status) : `Nothing is known of traffic: ${status.detail ?? answer.status}`;
    clearTimeout(watching);
    watching = status.running ? setTimeout(watch, 1000) : 0;
  } catch {
    traffic.textContent = 'Nothing is known of traffic: the sample does not answer, or something else does in its stead.';
  }
}

document.addEventListener('click', event => {
  const button = event.target.closest('button[data-url]');
  if (button) {
    press(button);
  }
});

document.getElementById('clear').addEventListener('click', () => {
  log.replaceChildren();
  empty.hidden = false;
});

watch();
