// Small charts, drawn by hand.

import { svg } from './dom.js';
import { WINDOW } from './samples.js';

const WIDTH = 300;
const HEIGHT = 48;

const SHORT = 60 * 1000;

/** The last minutes as a line, at first the last one; now is at its right end. */
export function sparkline(points, kind, title) {
  const now = points.at(-1)?.[0] ?? 0;
  const most = Math.max(1, ...points.map(([, value]) => value));
  const window = Math.min(WINDOW, Math.max(SHORT, now - (points[0]?.[0] ?? now)));
  const at = ([time, value]) => [
    round(WIDTH - ((now - time) / window) * WIDTH),
    round(HEIGHT - 3 - (value / most) * (HEIGHT - 8)),
  ];
  const line = points.map(point => at(point).join(' ')).join(' L');
  const from = points.length ? at(points[0])[0] : WIDTH;
  return svg(
    'svg',
    { class: `spark ${kind}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': title },
    svg('path', { class: 'ground', d: `M0 ${HEIGHT - 3}H${WIDTH}` }),
    points.length > 1 && svg('path', { class: 'area', d: `M${line} V${HEIGHT - 3} H${from}Z` }),
    points.length > 1 && svg('path', { class: 'line', d: `M${line}` }),
  );
}

const round = value => Math.round(value * 10) / 10;

const SHORTEST = 0.01;

/** The median, the 95th and the 99th percentile on a scale that rises tenfold at a time. */
export function percentiles(times, longest, title) {
  const decades = Math.log10(Math.max(longest, 1) / SHORTEST);
  const x = ms => (ms <= SHORTEST ? 0.8 : round((Math.log10(ms / SHORTEST) / decades) * 100));
  return svg(
    'svg',
    { class: 'bars', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': title },
    svg('rect', { class: 'rail', width: 100, height: 10, rx: 1 }),
    svg('rect', { class: 'p99', width: x(times.p99Ms), height: 10, rx: 1 }),
    svg('rect', { class: 'p95', width: x(times.p95Ms), height: 10, rx: 1 }),
    svg('rect', { class: 'p50', width: x(times.p50Ms), height: 10, rx: 1 }),
  );
}
