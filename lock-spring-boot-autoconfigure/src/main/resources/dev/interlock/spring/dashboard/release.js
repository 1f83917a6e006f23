// Taking a resource away from whoever holds it: with a reason, and only after it was confirmed.

import { get, mayRelease, release } from './api.js';
import { h } from './dom.js';
import { duration, many } from './format.js';

const dialog = document.getElementById('release');
const announcer = document.getElementById('announcer');

/** Who holds it is asked again: what the page knows is seconds old. */
export async function askRelease(resource, known = []) {
  const opener = document.activeElement;
  const holders = await get('locks', { resource }).then(
    lock => lock.holders,
    () => known,
  );
  dialog.replaceChildren(mayRelease ? form(resource, holders) : closed(resource));
  dialog.onclose = () => opener?.isConnected && opener.focus();
  dialog.showModal();
}

const close = () => dialog.close();

const button = (kind, text, action) => {
  const made = h('button', { type: 'button', class: kind }, text);
  made.addEventListener('click', action);
  return made;
};

const title = resource => h('h2', { id: 'release-title' }, 'Release ', h('code', {}, resource), ' by force');

const closed = resource =>
  h(
    'div',
    {},
    title(resource),
    h('p', {}, 'This page may look, but not touch. Forced releases are opened by the property'),
    h('pre', { tabindex: '0' }, 'management.endpoint.locks.access=unrestricted'),
    h('p', { class: 'hint' }, 'Whoever may see this page may then release locks, so protect it with Spring Security. Each release is recorded as an audit event.'),
    h('p', { class: 'buttons' }, button('', 'Close', close)),
  );

function form(resource, holders) {
  const reason = h('input', { type: 'text', id: 'reason', required: true, maxlength: 200, autocomplete: 'off', 'aria-describedby': 'reason-hint' });
  const sure = h('input', { type: 'checkbox', id: 'sure' });
  const result = h('p', { class: 'result', role: 'alert' });
  const go = button('danger solid', 'Release it', () => send(resource, reason.value.trim(), go, result));
  const check = () => (go.disabled = !(sure.checked && reason.value.trim()));
  reason.addEventListener('input', check);
  sure.addEventListener('change', check);
  check();
  const made = h(
    'form',
    { method: 'dialog' },
    title(resource),
    holders.length === 0
      ? h('p', {}, 'Nobody seems to hold it any more.')
      : [h('p', {}, `It is taken from ${many(holders.length, 'holder')}:`), h('ul', {}, holders.map(each => h('li', {}, h('strong', {}, each.owner), ` on ${each.node}, ${each.mode.toLowerCase()}, for ${duration(each.heldMs)}`)))],
    h('p', { class: 'notice warn' }, 'The code that held it goes on. Only code that looks at its handle or its fencing token is stopped.'),
    h('label', { for: 'reason' }, 'Reason'),
    reason,
    h('p', { class: 'hint', id: 'reason-hint' }, 'It is told to the holder, to the log and to the audit.'),
    h('label', { class: 'check' }, sure, ' I have looked at the holder, and it may lose the lock.'),
    result,
    h('p', { class: 'buttons' }, button('', 'Cancel', close), go),
  );
  made.addEventListener('submit', event => {
    event.preventDefault();
    if (!go.disabled) {
      go.click();
    }
  });
  return made;
}

async function send(resource, reason, go, result) {
  go.disabled = true;
  result.textContent = '';
  try {
    const { released } = await release(resource, reason);
    close();
    announcer.textContent = `${resource} was taken from ${many(released.length, 'holder')}`;
    document.dispatchEvent(new Event('interlock-refresh'));
  } catch (failure) {
    result.textContent = failure.status === 403 ? 'Refused: you may not do that, or the token against forged requests is missing.' : `Not released: ${failure.message}`;
    go.disabled = false;
  }
}
