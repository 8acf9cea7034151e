// SPDX-License-Identifier: Apache-2.0
// Drawings by uPlot, each with its figures as a table for who does not see it.
import uPlot from '/uplot/uplot.js';
import { el, fill, table } from '/dom.js';
import * as words from '/words.js';
import { mornings } from '/night.js';

const COLOURS = 8;
const drawn = new Map();

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colour(i) {
  return css(`--line-${i % COLOURS}`);
}

function axis(label, values) {
  return { label, stroke: css('--ink'), grid: { stroke: css('--grid'), width: 1 }, ticks: { stroke: css('--grid') },
    font: '12px system-ui, sans-serif', labelFont: '12px system-ui, sans-serif', size: label ? 58 : 52, values };
}

function timeAxis() {
  const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
  const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  const values = (plot, times) => {
    const isOfDays = times.length < 2 || times[1] - times[0] >= 86400;
    return times.map((time) => (isOfDays || time === times[0] ? days : hours).format(new Date(1e3 * time)));
  };
  return { ...axis(undefined, values), size: 34, space: 60 };
}

/** Draws into a place that is as wide as there is room; drawn anew when the room changes. */
function draw(place, options, data, height) {
  const plot = new uPlot({ width: Math.max(place.clientWidth, 200), height, legend: { show: false }, cursor: { show: false },
    ...options }, data, place);
  const room = new ResizeObserver(() => plot.setSize({ width: Math.max(place.clientWidth, 200), height }));
  room.observe(place);
  return () => { room.disconnect(); plot.destroy(); };
}

function forget(section) {
  (drawn.get(section) ?? []).forEach((end) => end());
  drawn.set(section, []);
}

function chart(section, text, legend, options, data, height, figures) {
  const place = el('div', { class: 'plot', role: 'img', 'aria-label': text });
  return [el('figure', {}, place,
    legend.length > 0 && el('ul', { class: 'legend' }, legend.map(([name, i, isHollow]) => {
      const dot = el('span', { class: isHollow ? 'dot hollow' : 'dot', 'aria-hidden': 'true' });
      dot.style.color = colour(i);
      return el('li', {}, dot, ' ', name);
    })), figures),
  () => drawn.get(section).push(draw(place, options, data, height))];
}

/** Accuracy by latency of the last results: a dot for each model on each board, hollow where the time is estimated. */
export function renderScatter(entries) {
  forget('scatter');
  const runs = entries.below('latest/').map(([, run]) => run)
    .filter((run) => words.isNumber(words.share(run)) && words.milliseconds(run) !== undefined)
    .sort((a, b) => words.milliseconds(a) - words.milliseconds(b));
  if (runs.length === 0) {
    fill('scatter', el('p', { class: 'none' }, 'No result has both yet.'));
    return;
  }
  const names = [...new Set(runs.map((run) => `${run.subject}\n${words.label(run.timing)}`))].sort();
  const subjects = [...new Set(runs.map((run) => run.subject))].sort();
  const colourOf = (name) => subjects.indexOf(name.split('\n')[0]);
  const isHollow = (name) => !name.endsWith('\nmeasured');
  const x = runs.map(words.milliseconds);
  const data = [x, ...names.map((name) => runs.map((run) =>
    `${run.subject}\n${words.label(run.timing)}` === name ? 100 * words.share(run) : null))];
  const room = (low, high, most) => [Math.max(0, low - 0.12 * (high - low || high)), Math.min(most, high + 0.12 * (high - low || high))];
  const [figure, begin] = chart('scatter', `Accuracy by latency of ${runs.length} results; the table has the figures`,
    names.map((name) => [name.split('\n')[0], colourOf(name), isHollow(name)]), {
      scales: { x: { time: false, range: (u, low, high) => room(low, high, Infinity) },
        y: { range: (u, low, high) => room(low, high, 100) } },
      axes: [{ ...axis('latency, ms'), size: 40 }, axis('accuracy, %')],
      series: [{}, ...names.map((name) => ({ paths: () => null, points: { show: true, size: 11, width: 2,
        stroke: colour(colourOf(name)), fill: isHollow(name) ? css('--card') : colour(colourOf(name)) } }))],
    }, data, 280, el('details', { id: 'scatter-figures' }, el('summary', {}, 'Figures'),
      table('scatter-table', 'Accuracy and latency', ['Model', 'Board', 'Accuracy', 'Latency', 'Timing'], runs.map((run) =>
        [run.subject, `${run.bench} ${run.board_serial}`, words.accuracy(run), words.latency(run), words.badge(run.timing)]))));
  fill('scatter', el('p', { class: 'quiet' }, 'Filled dots are measured, hollow ones estimated.'), figure);
  begin();
}

/** Each model over the nights, with its baseline and what is tolerated. */
export function renderTrends(entries) {
  forget('trends');
  const trends = mornings(entries).flatMap(([bench, suite, morning]) => (morning.trends ?? [])
    .filter((trend) => Array.isArray(trend.points) && trend.points.length > 0).map((trend) => ({ ...trend, bench, suite })));
  if (trends.length === 0) {
    fill('trends', el('p', { class: 'none' }, 'No nights yet.'));
    return;
  }
  const begins = [];
  fill('trends', el('div', { class: 'trends' }, trends.map((trend) => el('section', { class: 'card' },
    el('h3', {}, trend.model, ' ', el('span', { class: 'quiet' }, `on ${trend.data_set}, ${trend.suite} at ${trend.bench}`)),
    [accuracyTrend(trend), cyclesTrend(trend)].filter(Boolean).map(([figure, begin]) => { begins.push(begin); return figure; })))));
  begins.forEach((begin) => begin());
}

function accuracyTrend(trend) {
  const baseline = words.isNumber(trend.baseline_accuracy) ? 100 * trend.baseline_accuracy : undefined;
  return band('accuracy, %', trend, (point) => words.isNumber(point.accuracy) ? 100 * point.accuracy : null, baseline,
    baseline === undefined ? undefined : [baseline - trend.tolerance_points, baseline], (value) => `${value.toFixed(2)} %`);
}

function cyclesTrend(trend) {
  const baseline = trend.baseline_cycles;
  if (!words.isNumber(baseline)) {
    return band('cycles, M', trend, (point) => words.isNumber(point.cycles_p50) ? point.cycles_p50 / 1e6 : null, undefined,
      undefined, (value) => `${value.toFixed(3)} M cycles`);
  }
  return band('cycles, % of baseline', trend, (point) => words.isNumber(point.cycles_p50) ? 100 * point.cycles_p50 / baseline : null,
    100, [100 - trend.tolerance_percent, 100 + trend.tolerance_percent], (value) => `${value.toFixed(2)} %`);
}

function band(name, trend, figure, baseline, tolerated, text) {
  const x = trend.points.map((point) => Date.parse(point.night) / 1e3);
  const y = trend.points.map(figure);
  const last = y.filter((value) => value !== null).at(-1);
  if (last === undefined) {
    return undefined;
  }
  const flat = (value) => x.map(() => value);
  const hasBand = tolerated !== undefined;
  const data = hasBand ? [x, y, flat(baseline), flat(tolerated[0]), flat(tolerated[1])] : [x, y];
  const edge = { stroke: 'transparent', points: { show: false } };
  const all = [...y.filter((value) => value !== null), ...(tolerated ?? [])];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = 0.15 * (high - low) || Math.abs(high) * 0.01 || 1;
  return chart('trends', `${trend.model}: ${name}, ${trend.points.length} nights, last ${text(last)}`
    + (baseline === undefined ? ', no baseline' : `, baseline ${text(baseline)}`), [], {
    scales: { y: { range: () => [low - room, high + room] } },
    axes: [timeAxis(), { ...axis(name), size: 60 }],
    series: [{}, { stroke: colour(0), width: 2, points: { show: true, size: 5, fill: colour(0) } },
      ...(hasBand ? [{ stroke: css('--quiet'), width: 1, dash: [6, 4], points: { show: false } }, edge, edge] : [])],
    bands: hasBand ? [{ series: [4, 3], fill: css('--band') }] : [],
  }, data, 150, null);
}

/** A model's runs that this dashboard has heard of. */
export async function renderHistory(model) {
  if (!model) {
    forget('history');
    fill('history', el('p', { class: 'none' }, 'No run has been heard of yet.'));
    return;
  }
  const answer = await fetch(`/history/${encodeURIComponent(model)}`);
  const runs = answer.ok ? (await answer.json()).runs.reverse() : [];
  forget('history');
  if (runs.length === 0) {
    fill('history', el('p', { class: 'none' }, 'No complete run of it has been heard of yet.'));
    return;
  }
  const parts = [line('accuracy, %', runs, (run) => words.isNumber(words.share(run)) ? 100 * words.share(run) : null),
    line('cycles, M', runs, (run) => words.isNumber(run.cycles_p50) ? run.cycles_p50 / 1e6 : null)].filter(Boolean);
  fill('history', parts.map(([figure]) => figure),
    el('details', { id: 'history-figures' }, el('summary', {}, `Figures of ${runs.length} runs`),
      table('history-table', 'Runs', ['Began', 'Board', 'Accuracy', 'Cycles', 'Outcome', 'Timing'], [...runs].reverse().map((run) =>
        [words.clock(run.time), `${run.bench} ${run.board_serial}`, words.accuracy(run), words.whole(run.cycles_p50),
          words.mark(words.cellState(run.passed ? 'passed' : 'failed')), words.badge(run.timing)]))));
  parts.forEach(([, begin]) => begin());
}

function line(name, runs, figure) {
  const seen = runs.filter((run) => figure(run) !== null);
  if (seen.length === 0) {
    return undefined;
  }
  const of = (run) => `${run.bench} ${run.board_serial}, ${words.label(run.timing)}`;
  const boards = [...new Set(seen.map(of))].sort();
  const isHollow = (board) => !board.endsWith(', measured');
  const x = seen.map((run) => Date.parse(run.time) / 1e3);
  const data = [x, ...boards.map((board) => seen.map((run) => of(run) === board ? figure(run) : undefined))];
  return chart('history', `${name} of ${seen.length} runs on ${boards.length} boards; the table has the figures`,
    boards.map((board, i) => [board, i, isHollow(board)]), {
      axes: [timeAxis(), axis(name)],
      series: [{}, ...boards.map((board, i) => ({ stroke: colour(i), width: 2, spanGaps: true,
        points: { show: true, size: 7, fill: isHollow(board) ? css('--card') : colour(i) } }))],
    }, data, 200, null);
}
