// Asks the endpoints. All addresses are relative to the page.

const place = document.body.dataset;

export const SIBLINGS = ['deadlocks', 'lockstats', 'lockevents', 'operations', 'health'];

export const isExposed = name => Boolean(place[name]);

export const mayRelease = place.release === 'true';

/** Answers with a status, and 0 where nothing answers at all. */
export class Failure extends Error {
  constructor(status, message, released = []) {
    super(message);
    this.status = status;
    this.released = released;
  }
}

function address(path, parameters) {
  const url = new URL(path, location.href);
  url.hash = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  return url;
}

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(15000), ...options });
  } catch (failure) {
    throw new Failure(0, failure.name === 'TimeoutError' ? 'no answer within 15 seconds' : 'the server cannot be reached');
  }
  const json = (answer.headers.get('Content-Type') ?? '').includes('json');
  const body = json ? await answer.json().catch(() => null) : null;
  const isHealth = typeof body?.status === 'string'; // which is told with an error where it is bad
  if (body === null || (!answer.ok && !isHealth)) {
    throw new Failure(answer.status, said(answer, body), body?.released);
  }
  return body;
}

function said(answer, body) {
  if (body?.message) {
    return body.message;
  }
  if (answer.status === 401 || answer.redirected) {
    return 'you are not signed in, or no longer; load the page again';
  }
  return answer.status === 403 ? 'access is denied' : `the server answers ${answer.status}`;
}

/** Spring Security then answers without the header at which browsers ask for a password. */
const BY_SCRIPT = { 'X-Requested-With': 'XMLHttpRequest' };

const JSON_WANTED = { Accept: 'application/json', ...BY_SCRIPT };

export const get = (name, parameters = {}, below = '') => ask(address(place[name] + below, parameters), { headers: JSON_WANTED });

/** An address has room for so many. */
export const MOST_NAMED = 300;

/** Takes a resource away from these holders, and from nobody if others hold it too; if none are named, from everybody. */
export async function release(resource, reason, holders) {
  const named = holders.length <= MOST_NAMED ? holders : [];
  const token = named.map(each => each.fencingToken).filter(each => each !== null);
  const owner = named.filter(each => each.fencingToken === null).map(each => each.ownerId).filter(each => each !== null);
  const headers = { ...JSON_WANTED, ...(await csrf()) };
  return ask(address(place.locks, { resource, reason, token: token.join(), owner: owner.join() }), { method: 'DELETE', headers });
}

/** What protects against forged requests: Spring Security's token comes with the page, others put it into a cookie or a meta element. */
async function csrf() {
  const page = await fetch(location.pathname, { cache: 'no-store', headers: { Accept: 'text/html', ...BY_SCRIPT } }).catch(() => null);
  const header = page?.headers.get('Interlock-Csrf-Header');
  if (header) {
    return { [header]: page.headers.get('Interlock-Csrf-Token') };
  }
  const meta = name => document.querySelector(`meta[name="${name}"]`)?.content;
  if (meta('_csrf')) {
    return { [meta('_csrf_header') ?? 'X-CSRF-TOKEN']: meta('_csrf') };
  }
  const cookie = document.cookie.split('; ').find(each => each.startsWith('XSRF-TOKEN='));
  return cookie ? { 'X-XSRF-TOKEN': decodeURIComponent(cookie.slice('XSRF-TOKEN='.length)) } : {};
}
