// SPDX-License-Identifier: Apache-2.0
// The judged nights, in the order in which somebody looks: the sentence, what needs a person, regressions, changes, the grid.
import { el, fill, idOf, table } from '/dom.js';
import * as words from '/words.js';

const COUNTS = ['planned', 'ran', 'regressed', 'open', 'missing', 'faulty', 'unshown', 'flaky'];
const ALWAYS = 5;
const CALLED = { unshown: 'not shown' };
const OUTCOMES = { regressed: ['▼', 'regressed', 'bad'], incomplete: ['–', 'incomplete', 'bad'],
  open: ['?', 'open', 'open'], clean: ['=', 'clean', 'good'] };
const SHOWN_DIGITS = 12;

/** [bench, suite, morning] of each suite, the gravest first. */
export function mornings(entries) {
  const order = ['regressed', 'incomplete', 'open', 'clean'];
  return entries.below('morning/')
    .map(([[bench, suite], morning]) => [bench, suite, morning])
    .sort((a, b) => order.indexOf(words.label(a[2].outcome)) - order.indexOf(words.label(b[2].outcome)));
}

function list(morning, field) {
  return Array.isArray(morning[field]) ? morning[field] : [];
}

export function renderNight(entries) {
  const nights = mornings(entries);
  const silent = emptyBenches(entries);
  if (nights.length === 0 && !entries.has('latest/')) {
    fill('night', nothingYet(entries), silent);
    return;
  }
  fill('night', nights.map(([bench, suite, morning]) => sentence(bench, suite, morning)),
    nights.length === 0 && withoutNight(entries), silent);
}

function nothingYet(entries) {
  return el('div', { class: 'empty' },
    el('p', {}, entries.get('broker')?.connected
      ? 'Nothing has been measured yet. A run makes the first entry:'
      : 'Nothing has been heard yet, and the broker is not there.'),
    el('p', {}, el('code', {}, 'hilda run MODEL.hilda --on BOARD --data SET.yaml --mqtt URL')));
}

/** Benches that are there and have measured nothing. */
function emptyBenches(entries) {
  return entries.below('bench/').map(([[bench]]) => bench)
    .filter((bench) => !entries.has(`latest/${bench}/`) && !entries.has(`last/${bench}/`))
    .map((bench) => el('p', { class: 'empty', 'data-bench': bench }, el('strong', {}, bench), ' has measured nothing yet: ',
      el('code', {}, `hilda run MODEL.hilda --on BOARD --data SET.yaml --mqtt URL --bench ${bench}`)));
}

/** In the words that reports use too, hence by UTC. */
function sentence(bench, suite, morning) {
  const counts = morning.counts ?? {};
  const figures = COUNTS.filter((name, i) => i < ALWAYS || counts[name] > 0)
    .map((name) => `${CALLED[name] ?? name} ${counts[name] ?? 0}`);
  const asOf = morning.data_as_of;
  return el('p', { class: 'sentence', 'data-suite': `${bench}/${suite}` },
    words.mark(OUTCOMES[words.label(morning.outcome)] ?? ['·', String(morning.outcome), 'plain']), ' ',
    el('strong', {}, `${suite} at ${bench}`), ': ', figures.join(', '), ', ',
    asOf ? ['data as of ', words.utc(asOf), ' ', words.age(asOf)] : el('strong', { class: 'bad stale' }, 'no data'));
}

/** Where no suite is judged, the last results are all there is. */
function withoutNight(entries) {
  const latest = entries.below('latest/').map(([, run]) => run);
  const newest = latest.map((run) => run.time).sort().at(-1);
  const models = new Set(latest.map((run) => run.subject)).size;
  return el('p', { class: 'sentence' }, `No night has been judged: last results of ${models} `,
    models === 1 ? 'model' : 'models', ', the newest of ', words.clock(newest), ' ', words.age(newest));
}

export function renderAttention(entries) {
  const items = [...ofMornings(entries), ...ofNow(entries)];
  fill('attention', items.length === 0 ? el('p', { class: 'none' }, 'Nothing.')
    : el('ul', { class: 'items' }, items.map(([what, since, command]) => el('li', {},
      what, since && [' ', el('span', { class: 'quiet' }, 'since ', words.clock(since))],
      command && el('code', {}, command)))));
}

function ofMornings(entries) {
  return mornings(entries).flatMap(([, , morning]) => list(morning, 'attention'))
    .map(({ what, since, command }) => [what, since, command]);
}

/** What is wrong at this moment, whatever the night was. */
function ofNow(entries) {
  const broker = entries.get('broker');
  const items = [];
  if (broker && !broker.connected) {
    items.push([`The broker is away (${broker.reason}): what is shown is of before.`, broker.since, 'hilda doctor']);
  }
  entries.below('bench/').filter(([[bench], state]) => state.state === 'offline' && isServed(entries, bench))
    .forEach(([[bench], state]) => items.push([`Bench ${bench} is offline`, state.since,
      'hilda agent --config bench.yaml']));
  entries.below('board/').forEach(([[bench, board], state]) => {
    const command = { lost: 'hilda devices', faulted: 'hilda doctor', quarantined: `hilda board release ${serialOf(board)}` };
    if (command[state.state]) {
      items.push([`${board} of ${bench} is ${state.state}${state.reason ? ': ' + words.firstLine(state.reason) : ''}`,
        state.since, command[state.state]]);
    }
  });
  return items;
}

/** Whether an agent should be there, not only now and then a run. */
function isServed(entries, bench) {
  return entries.has(`morning/${bench}/`) || entries.has(`control/${bench}`);
}

export function serialOf(board) {
  return board.slice(board.lastIndexOf('-') + 1);
}

export function renderRegressions(entries) {
  const all = mornings(entries).flatMap(([bench, , morning]) => list(morning, 'regressions').map((found) => [bench, found]));
  fill('regressions', all.length === 0 ? el('p', { class: 'none' }, mornings(entries).length === 0
    ? 'No suite has been judged.' : 'None.')
    : el('ul', { class: 'items' }, all.map(([bench, found]) => regression(bench, found))));
}

function regression(bench, found) {
  const elsewhere = found.is_seen_elsewhere ?? found.seen_elsewhere;
  return el('li', { class: 'regression' },
    el('p', {}, words.mark(words.cellState('worse')), ' ', el('strong', {}, found.model), ` on ${found.data_set}, `,
      `board ${found.board_serial} of ${bench}: `, el('strong', {}, difference(found.verdict ?? {}))),
    el('p', { class: 'quiet' }, 'First in the night of ', words.clock(found.first_night), '. ',
      elsewhere === undefined || elsewhere === null ? 'Ran on one board only. '
        : elsewhere ? 'Seen on another board too. ' : 'Not seen on another board. ',
      list(found, 'provenance').length > 0 && ['Changed: ', list(found, 'provenance').map(change).join('; '), '.']),
    el('code', {}, `hilda compare ${found.run_id}`));
}

function difference(verdict) {
  const paired = verdict.paired;
  if (paired) {
    return `${verdict.metric} ${words.signed(paired.difference_points, 2)} points `
      + `(${words.signed(paired.difference_low_points, 2)} to ${words.signed(paired.difference_high_points, 2)}), `
      + `net ${words.signed(paired.net_images, 0)} images of ${words.whole(paired.common_images)}`;
  }
  const { baseline, candidate } = verdict.figures ?? {};
  if (words.isNumber(baseline) && words.isNumber(candidate) && baseline !== 0) {
    return `${verdict.metric} ${words.signed(100 * (candidate - baseline) / baseline, 2)} %`;
  }
  return `${verdict.metric}: ${verdict.reason}`;
}

function change({ field, baseline, candidate }) {
  const shown = (value) => /^[0-9a-f]{64}$/.test(value) ? value.slice(0, SHOWN_DIGITS) : value || 'none';
  return `${field} ${shown(baseline)}, now ${shown(candidate)}`;
}

export function renderChanges(entries) {
  const all = mornings(entries).flatMap(([, , morning]) => list(morning, 'changes'));
  fill('changes', all.length === 0 ? el('p', { class: 'none' }, 'Nothing.')
    : el('ul', { class: 'items' }, all.map((one) => el('li', {},
      el('strong', {}, one.model), ` on ${one.data_set}: `, change(one.change ?? {})))));
}

/**
 * Models by boards: what was judged, and beside it the last results of what was not.
 *
 * @param choose called with the id of a run that somebody wants to see
 */
export function renderGrid(entries, choose) {
  const rows = new Map();
  const columns = new Set();
  for (const cell of [...judged(entries), ...measured(entries)]) {
    const row = rows.get(cell.model) ?? new Map();
    rows.set(cell.model, row);
    columns.add(cell.column);
    if (!row.has(cell.column)) {
      row.set(cell.column, cell);
    }
  }
  if (rows.size === 0) {
    fill('grid', el('p', { class: 'none' }, 'No model has been measured yet.'));
    return;
  }
  const heads = [...columns].sort();
  fill('grid', table('grid-table', 'Models on boards', ['Model', ...heads.map(boardHead)],
    [...rows].sort().map(([model, row]) => [modelHead(model), ...heads.map((head) => gridCell(row.get(head), choose))])));
}

function boardHead(column) {
  const [bench, ...rest] = column.split('/');
  return [el('span', { class: 'quiet' }, bench), el('br'), rest.join('/')];
}

function modelHead(model) {
  const [name, set] = model.split('\n');
  return [name, el('br'), el('span', { class: 'quiet' }, set)];
}

function judged(entries) {
  return mornings(entries).flatMap(([bench, , morning]) => list(morning, 'grid').map((cell) => ({
    model: `${cell.model}\n${cell.data_set}`,
    column: `${bench}/${cell.board_serial ?? 'any board'}`,
    state: words.cellState(cell.state),
    reason: cell.reason,
    timing: cell.timing,
    accuracy: words.isNumber(cell.accuracy) ? words.percent(cell.accuracy) : '',
    cycles: cell.cycles_p50,
    runId: cell.run_id,
    attempts: cell.attempts,
  })));
}

function measured(entries) {
  return entries.below('latest/')
    .filter(([, run]) => words.isNumber(words.share(run)) || words.isNumber(run.mse) || words.isNumber(run.cycles_p50))
    .map(([[bench], run]) => ({
      model: `${run.subject}\n${run.data_set ?? ''}`,
      column: `${bench}/${run.board_serial}`,
      state: words.cellState(run.passed ? 'passed' : 'failed'),
      reason: words.firstLine(run.failure),
      timing: run.timing,
      accuracy: words.accuracy(run),
      cycles: run.cycles_p50,
      runId: run.run_id,
      time: run.time,
    }));
}

function gridCell(cell, choose) {
  if (!cell) {
    return el('span', { class: 'quiet' }, el('span', { class: 'unseen' }, 'not measured'), el('span', { 'aria-hidden': 'true' }, '·'));
  }
  const figures = [cell.accuracy, words.isNumber(cell.cycles) && `${words.whole(cell.cycles)} cycles`].filter(Boolean);
  const content = [
    [words.mark(cell.state), ' ', words.badge(cell.timing)],
    figures.length > 0 && figures.join(', '),
    cell.attempts > 1 && `${cell.attempts} attempts`,
    cell.reason && el('span', { class: 'quiet' }, words.firstLine(cell.reason)),
  ].filter(Boolean).map((line) => el('span', { class: 'line' }, line));
  return cell.runId
    ? el('button', { class: 'cell', id: idOf('cell', cell.column, cell.model), onclick: () => choose(cell.runId) }, content)
    : el('div', { class: 'cell' }, content);
}
