// How numbers, times and places are written.

const round = (value, digits) => Number(value.toFixed(digits)).toLocaleString('en', { maximumFractionDigits: digits });

export const count = value => Number(value).toLocaleString('en');

export const many = (value, one, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;

export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) {
    return '–';
  }
  if (ms < 1) {
    return ms <= 0 ? '0 ms' : ms < 0.001 ? '< 1 µs' : `${round(ms * 1000, 0)} µs`;
  }
  if (ms < 1000) {
    return `${round(ms, ms < 10 ? 1 : 0)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${round(seconds, seconds < 10 ? 1 : 0)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const rate = value => (value === null ? '–' : round(value, value < 10 ? 1 : 0));

export const clock = iso => (iso ? new Date(iso).toLocaleTimeString('en-GB') : '–');

export const date = iso => (iso ? new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }) : '–');

/** How long a lease lasts on. Clocks of several machines differ, so it is the lease less the time for which it was held. */
export const left = holder =>
  holder?.leaseExpiresAt ? Math.max(0, Date.parse(holder.leaseExpiresAt) - Date.parse(holder.acquiredAt) - holder.heldMs) : null;

/** Numbers within names count by their value. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;

const OTHERS = /^(java|javax|jdk|sun|jakarta)\.|^org\.(springframework|apache|junit)\.|^reactor\.|^io\.netty\.|^dev\.interlock\.(engine|spring|store|jdbc|testkit)\.|\$\$SpringCGLIB|^java\.base\//;

/** The first line of a stack trace that is the application's. */
export function ownLine(stackTrace) {
  return stackTrace.find(line => !OTHERS.test(line)) ?? stackTrace[0] ?? null;
}
