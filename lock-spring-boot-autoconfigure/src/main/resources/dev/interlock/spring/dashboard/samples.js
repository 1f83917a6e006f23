// What was seen in the last minutes, made of counters and states from poll to poll.

export const WINDOW = 5 * 60 * 1000;

const samples = [];
let before = null;

/** Between two polls of counters that only rise; null where another node answers, or the same one that began anew. */
function perSecond(locks, at, name) {
  return before === null || before.locks.node !== locks.node || locks[name] < before.locks[name] || at <= before.at
    ? null
    : ((locks[name] - before.locks[name]) * 1000) / (at - before.at);
}

export function take(locks, at) {
  samples.push({
    at,
    held: locks.held,
    waiting: locks.waiting,
    contentions: perSecond(locks, at, 'contentions'),
    timeouts: perSecond(locks, at, 'timeouts'),
  });
  before = { locks, at };
  while (samples[0].at < at - WINDOW) {
    samples.shift();
  }
}

/** Those that are known, each as a time and a value. */
export const series = name => samples.filter(each => each[name] !== null).map(each => [each.at, each[name]]);

export const latest = name => series(name).at(-1)?.[1] ?? null;
