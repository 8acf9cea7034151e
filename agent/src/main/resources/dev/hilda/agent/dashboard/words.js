// SPDX-License-Identifier: Apache-2.0
// How figures, times and states are written.
import { el } from '/dom.js';

export const STALE_HOURS = 26;

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const HOUR_MS = 3600e3;

/** What a cell of the grid comes to: sign, word, colour. */
const CELLS = {
  equal: ['=', 'equal', 'good'],
  better: ['▲', 'better', 'good'],
  worse: ['▼', 'worse', 'bad'],
  unshown: ['≈', 'too few images', 'open'],
  open: ['?', 'to be decided', 'open'],
  not_comparable: ['≠', 'not comparable', 'plain'],
  fault: ['✖', 'fault', 'bad'],
  missing: ['–', 'missing', 'bad'],
  no_baseline: ['○', 'no baseline', 'plain'],
  passed: ['✓', 'passed', 'good'],
  failed: ['✖', 'failed', 'bad'],
};

/** Labels of enums may be written with either stroke. */
export function label(text) {
  return String(text ?? '').toLowerCase().replaceAll('-', '_');
}

export function cellState(state) {
  return CELLS[label(state)] ?? ['·', String(state), 'plain'];
}

export function mark([sign, word, colour], extra = '') {
  return el('span', { class: `mark ${colour}` }, el('span', { 'aria-hidden': 'true' }, sign + ' '), word + extra);
}

/** Where the clock is that a figure is of. */
export function badge(timing) {
  const kind = label(timing);
  return kind ? el('span', { class: `badge ${kind === 'measured' ? 'measured' : 'estimated'}` }, kind) : null;
}

export function ageHours(time) {
  return (Date.now() - Date.parse(time)) / HOUR_MS;
}

/** A time of today by the clock, another with its day. */
export function clock(time) {
  const then = new Date(time);
  if (Number.isNaN(then.getTime())) {
    return 'at an unknown time';
  }
  const isToday = then.toDateString() === new Date().toDateString();
  const text = isToday ? TIME.format(then) : `${DAY.format(then)}, ${TIME.format(then)}`;
  return el('time', { datetime: then.toISOString(), title: then.toISOString() }, text);
}

/** The same by UTC, wherever it is read. */
export function utc(time) {
  const then = new Date(time);
  if (Number.isNaN(then.getTime())) {
    return 'an unknown time';
  }
  const [day, hours] = then.toISOString().split('T');
  const isToday = day === new Date().toISOString().slice(0, 10);
  return el('time', { datetime: then.toISOString() }, `${isToday ? '' : day + ' '}${hours.slice(0, 5)} UTC`);
}

export function duration(ms) {
  const minutes = Math.max(0, Math.round(ms / 60e3));
  if (minutes < 1) {
    return 'less than a minute';
  }
  if (minutes < 120) {
    return `${minutes} min`;
  }
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** How old data is; said in words too where it is too old. */
export function age(time) {
  const hours = ageHours(time);
  if (Number.isNaN(hours)) {
    return null;
  }
  return hours > STALE_HOURS
    ? el('strong', { class: 'bad stale' }, `stale: ${duration(hours * HOUR_MS)} old`)
    : el('span', { class: 'quiet' }, `${duration(hours * HOUR_MS)} old`);
}

const WHOLE = new Intl.NumberFormat('en-GB');

export function whole(number) {
  return isNumber(number) ? WHOLE.format(number) : '–';
}

export function percent(share) {
  return isNumber(share) ? `${(100 * share).toFixed(2)} %` : '–';
}

export function signed(number, digits) {
  return isNumber(number) ? `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(digits)}` : '–';
}

export function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The accuracy that a data set asks for, as text; figures that are no shares as they are. */
export function accuracy(run) {
  switch (label(run.metric)) {
    case 'auc': return isNumber(run.auc) ? `AUC ${run.auc.toFixed(4)}` : '–';
    case 'mse': return isNumber(run.mse) ? `MSE ${run.mse.toPrecision(4)}` : '–';
    case 'agreement': return percent(run.agreement);
    default: return percent(run.accuracy_top1);
  }
}

/** The same as a share of 0 to 1, where it is one. */
export function share(run) {
  return [run.accuracy_top1, run.agreement, run.auc].find(isNumber);
}

export function milliseconds(run) {
  return isNumber(run.latency_us_p50) ? run.latency_us_p50 / 1e3 : undefined;
}

export function latency(run) {
  const ms = milliseconds(run);
  return ms === undefined ? '–' : `${ms.toFixed(3)} ms`;
}

/** The first line of what may be many. */
export function firstLine(text) {
  return String(text ?? '').split('\n', 1)[0];
}
