// What was seen in the last minutes, made of counters and states from poll to poll.

export const WINDOW = 5 * 60 * 1000;

const samples = [];
let before = null;

const sum = (stats, of) => stats.types.reduce((total, type) => total + of(type.read) + of(type.write), 0);

/** Between two polls of counters that only rise; null where they began anew. */
function perSecond(now, then, seconds) {
  return now < then || seconds <= 0 ? null : (now - then) / seconds;
}

export function take(locks, stats, at) {
  const sample = { at, held: holds(locks, stats), waiting: waits(locks, stats), contentions: null, timeouts: null };
  if (stats && stats !== before?.stats) {
    const counted = {
      at,
      stats,
      contentions: sum(stats, mode => mode.contentions),
      timeouts: sum(stats, mode => mode.timeouts),
    };
    if (before) {
      const seconds = (at - before.at) / 1000;
      sample.contentions = perSecond(counted.contentions, before.contentions, seconds);
      sample.timeouts = perSecond(counted.timeouts, before.timeouts, seconds);
    }
    before = counted;
  }
  samples.push(sample);
  while (samples[0].at < at - WINDOW) {
    samples.shift();
  }
}

/** All nodes where the list is whole; otherwise what this node counts. */
const isWhole = locks => locks.locks.length >= locks.total;

function holds(locks, stats) {
  const seen = locks.locks.reduce((total, lock) => total + lock.holders.length, 0);
  return isWhole(locks) || !stats ? seen : Math.max(seen, sum(stats, mode => mode.holders));
}

function waits(locks, stats) {
  const seen = locks.locks.reduce((total, lock) => total + lock.waiters.length, 0);
  return isWhole(locks) || !stats ? seen : Math.max(seen, sum(stats, mode => mode.waiters));
}

/** Those that are known, each as a time and a value. */
export const series = name => samples.filter(each => each[name] !== null).map(each => [each.at, each[name]]);

export const latest = name => series(name).at(-1)?.[1] ?? null;
