// Taking a resource away from whoever holds it: with a reason, and only after it was confirmed.

import { MOST_NAMED, get, mayRelease, release } from './api.js';
import { h } from './dom.js';
import { duration, many } from './format.js';

const FEW = 20;
const dialog = document.getElementById('release');
const announcer = document.getElementById('announcer');

/** The dialog that is open: whatever was begun in an earlier one is no longer its affair. */
let present = null;

/** Who holds it is asked again: what the page knows is seconds old. */
export async function askRelease(resource) {
  const opener = document.activeElement;
  const own = (present = {});
  const fill = content => {
    if (own === present) {
      dialog.replaceChildren(h('div', {}, title(resource), content));
      dialog.querySelector('input, .buttons button').focus();
    }
  };
  dialog.onclose = () => {
    present = null;
    opener?.isConnected && opener.focus();
  };
  if (!dialog.open) {
    dialog.showModal();
  }
  fill(mayRelease ? looking() : closed());
  if (mayRelease) {
    fill(await offer(resource, own));
  }
}

async function offer(resource, own) {
  try {
    const lock = await get('locks', { resource, people: 1 });
    const holders = [lock, ...lock.others].flatMap(each => each.holders.map(one => ({ ...one, scope: each.scope })));
    return holders.length === 0 ? nobody() : form(resource, holders, lock.incomplete, own);
  } catch (failure) {
    return failure.status === 404 ? nobody() : form(resource, null, failure.message, own);
  }
}

const looking = () => [h('p', {}, 'Looking who holds it'), h('p', { class: 'buttons' }, button('', 'Cancel', close))];

const nobody = () => [h('p', {}, 'Nobody holds it any more.'), h('p', { class: 'buttons' }, button('', 'Close', close))];

const close = () => dialog.close();

const button = (kind, text, action) => {
  const made = h('button', { type: 'button', class: kind }, text);
  made.addEventListener('click', action);
  return made;
};

const title = resource => h('h2', { id: 'release-title' }, 'Release ', h('code', {}, resource), ' by force');

const closed = () => [
  h('p', {}, 'This page may look, but not touch. Forced releases are opened by the property'),
  h('pre', { tabindex: '0' }, 'management.endpoint.locks.access=unrestricted'),
  h('p', { class: 'hint' }, 'Whoever may see this page may then release locks, so protect it with Spring Security. Each release is recorded as an audit event.'),
  h('p', { class: 'buttons' }, button('', 'Close', close)),
];

/** Holders are null where they could not be asked for. */
function form(resource, holders, missing, own) {
  const reason = h('input', { type: 'text', id: 'reason', required: true, maxlength: 200, autocomplete: 'off', 'aria-describedby': 'reason-hint' });
  const sure = h('input', { type: 'checkbox', id: 'sure' });
  const result = h('p', { class: 'result', role: 'alert' });
  const go = button('danger solid', 'Release it', () => send({ resource, holders, own, go, result }, reason.value.trim()));
  const check = () => (go.disabled = !(sure.checked && reason.value.trim()));
  reason.addEventListener('input', check);
  sure.addEventListener('change', check);
  check();
  const made = h(
    'form',
    { method: 'dialog' },
    holders === null ? h('p', {}, 'It is not known who holds it. It is taken from whoever does.') : takenFrom(holders),
    missing && h('p', { class: 'notice warn' }, missing),
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

const takenFrom = holders => [
  h('p', {}, `It is taken from ${many(holders.length, 'holder')}, and from nobody if others hold it by then:`),
  h('ul', {}, holders.slice(0, FEW).map(each => h('li', {}, h('strong', {}, each.owner), ` on ${each.node}, ${each.mode.toLowerCase()}, for ${duration(each.heldMs)}`, new Set(holders.map(one => one.scope)).size > 1 && `, in the lock that reaches the ${each.scope}`))),
  holders.length > FEW && h('p', { class: 'hint' }, `and ${many(holders.length - FEW, 'other')}`),
  holders.length > MOST_NAMED && h('p', { class: 'notice warn' }, 'These are too many to be named: whoever comes meanwhile loses it too.'),
];

async function send({ resource, holders, own, go, result }, reason) {
  go.disabled = true;
  result.textContent = '';
  try {
    const { released } = await release(resource, reason, holders ?? []);
    announcer.textContent = `${resource} was taken from ${many(released.length, 'holder')}`;
    if (own === present) {
      close();
    }
  } catch (failure) {
    result.textContent = told(failure);
    go.disabled = failure.status === 409;
  }
  document.dispatchEvent(new Event('interlock-refresh'));
}

function told(failure) {
  if (failure.released.length > 0) {
    return `Released in part, from ${many(failure.released.length, 'holder')} of this node: ${failure.message}`;
  }
  if (failure.status === 409) {
    return `Not released: others hold it now. Close this and look again. ${failure.message}`;
  }
  return failure.status === 403 ? 'Refused: you may not do that, or the token against forged requests is missing.' : `Not released: ${failure.message}`;
}
