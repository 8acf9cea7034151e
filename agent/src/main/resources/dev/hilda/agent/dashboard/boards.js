// SPDX-License-Identifier: Apache-2.0
// Benches, their boards, and what runs there now.
import { el, fill, idOf } from '/dom.js';
import * as words from '/words.js';
import { mornings, serialOf } from '/night.js';
import { release, reserve } from '/reserve.js';

const STATES = {
  idle: ['○', 'idle', 'good'],
  flashing: ['●', 'flashing', 'busy'],
  streaming: ['●', 'streaming', 'busy'],
  faulted: ['✖', 'faulted', 'bad'],
  interrupted: ['▮', 'interrupted', 'open'],
  reserved: ['◆', 'reserved', 'open'],
  quarantined: ['✖', 'quarantined', 'bad'],
  lost: ['✖', 'lost', 'bad'],
  online: ['●', 'online', 'good'],
  offline: ['✖', 'offline', 'bad'],
};
const SILENT_MS = 90e3;
const PERCENT = 100;

function state(name) {
  return words.mark(STATES[name] ?? ['·', String(name), 'plain']);
}

/** Benches with their boards: those that speak for themselves, and those that only a night knows. */
export function renderBoards(entries) {
  const benches = new Set([...entries.below('bench/'), ...entries.below('board/'), ...entries.below('last/'), ...entries.below('latest/')]
    .map(([[bench]]) => bench));
  mornings(entries).forEach(([bench]) => benches.add(bench));
  fill('boards', benches.size === 0 ? el('p', { class: 'none' }, 'No bench has been heard of.')
    : [...benches].sort().map((bench) => benchPart(entries, bench)));
}

function benchPart(entries, bench) {
  const said = entries.get(`bench/${bench}`);
  const boards = new Set([...entries.below(`board/${bench}/`), ...entries.below(`last/${bench}/`),
    ...entries.below(`latest/${bench}/`)].map(([[board]]) => board));
  const conditions = conditionsOf(entries, bench);
  const known = new Set([...boards].map(serialOf));
  const others = [...conditions.values()].filter((condition) => !known.has(condition.serial));
  return el('section', { class: 'bench', 'aria-label': `Bench ${bench}` },
    el('h3', {}, bench, ' ', said ? [state(said.state), ' ', el('span', { class: 'quiet' }, 'since ', words.clock(said.since))]
      : el('span', { class: 'quiet' }, 'has not said whether it is online')),
    boards.size + others.length === 0
      ? el('p', { class: 'none' }, 'No board has been heard of here. ', el('code', {}, 'hilda devices'))
      : el('ul', { class: 'cards' },
        [...boards].sort().map((board) => boardCard(entries, bench, board, conditions.get(serialOf(board)), said)),
        others.map((condition) => boardCard(entries, bench, `${condition.board}-${condition.serial}`, condition, said))));
}

function conditionsOf(entries, bench) {
  const conditions = new Map();
  mornings(entries).filter(([at]) => at === bench)
    .forEach(([, , morning]) => (morning.boards ?? []).forEach((board) => conditions.set(board.serial, board)));
  return conditions;
}

function boardCard(entries, bench, board, condition, benchSaid) {
  const said = entries.get(`board/${bench}/${board}`) ?? { state: condition?.state };
  const last = entries.get(`last/${bench}/${board}`) ?? newestOf(entries, bench, board);
  const gone = benchSaid?.state === 'offline' && !['lost', undefined].includes(said.state);
  return el('li', { class: 'card', 'data-board': board },
    el('h4', {}, board),
    el('p', {}, said.state ? state(said.state) : el('span', { class: 'quiet' }, 'state unknown'),
      gone && el('span', { class: 'quiet' }, ' as its bench last said'),
      said.holder && ` by ${said.holder}`,
      said.until && [' until ', words.clock(said.until)],
      said.reason && el('span', { class: 'quiet' }, ` (${words.firstLine(said.reason)})`)),
    el('dl', {}, facts(said, last, condition).filter(([, value]) => value)
      .map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    controls(entries, bench, board, said.state));
}

/** Brokers keep the last result of each model, not of each board. */
function newestOf(entries, bench, board) {
  return entries.below(`latest/${bench}/${board}/`).map(([, run]) => run)
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time)).at(-1);
}

function facts(said, last, condition) {
  const worn = condition?.wear_share
    ?? (said.flash_endurance_cycles > 0 ? said.flash_erases_max / said.flash_endurance_cycles : undefined);
  return [
    ['Last run', last && [`${last.subject} `, words.mark(words.cellState(last.passed ? 'passed' : 'failed')), ' ',
      words.badge(last.timing), ' ', words.clock(last.time), ' ', words.age(last.time),
      !last.passed && last.failure && [el('br'), el('span', { class: 'quiet' }, words.firstLine(last.failure))]]],
    ['Last good run', condition?.last_good_run && [words.clock(condition.last_good_run), ' ', words.age(condition.last_good_run)]],
    ['Link errors', words.isNumber(condition?.link_errors) && [words.whole(condition.link_errors),
      words.isNumber(condition.usual_link_errors) && `, usually ${words.whole(condition.usual_link_errors)}`]],
    ['Flash worn', words.isNumber(worn) && [`${(PERCENT * worn).toFixed(1)} %`,
      condition?.worn_out_at && [', worn out on ', new Date(condition.worn_out_at).toLocaleDateString('en-GB')]]],
    ['Clock error', words.isNumber(condition?.clock_error_ppm) && `${words.signed(condition.clock_error_ppm, 0)} ppm`],
  ];
}

/** Buttons where an agent can be asked for that board. */
function controls(entries, bench, board, name) {
  const { path, serials } = entries.get(`control/${bench}`) ?? {};
  const serial = (serials ?? []).find((known) => board.endsWith(`-${known}`));
  if (!serial) {
    return null;
  }
  const failure = el('p', { role: 'alert' });
  const isTaken = ['reserved', 'quarantined'].includes(name);
  return [el('p', { class: 'buttons' }, isTaken
    ? el('button', { id: idOf('release', bench, board), onclick: async () => {
      failure.textContent = await release(path, serial) ?? '';
    } }, `Release ${serial}`)
    : el('button', { id: idOf('release', bench, board), onclick: () => reserve(bench, path, serial) }, `Reserve ${serial}`)), failure];
}

export function renderLive(entries) {
  const runs = entries.below('progress/');
  fill('live', runs.length === 0 ? el('p', { class: 'none' }, 'Nothing runs.')
    : el('ul', { class: 'cards' }, runs.sort().map(([[bench, board], progress]) => liveCard(entries, bench, board, progress))));
}

function liveCard(entries, bench, board, progress) {
  const said = entries.get(`board/${bench}/${board}`);
  const title = `${board} of ${bench}`;
  const total = Math.max(progress.total, 1);
  const silence = Date.now() - Date.parse(progress.heard);
  return el('li', { class: 'card', 'data-run': progress.run_id },
    el('h3', {}, title),
    el('p', {}, said && [state(said.state), ' '], words.badge(progress.timing), ' ',
      `${progress.step}: ${words.whole(progress.done)} of ${words.whole(progress.total)}, `,
      `${Math.floor(PERCENT * Math.min(1, progress.done / total))}\u00a0%`, remaining(progress)),
    el('progress', { max: total, value: Math.min(progress.done, total), 'aria-label': `${progress.step} on ${title}` }),
    el('p', { class: 'quiet' }, 'began ', words.clock(progress.time), `, run ${progress.run_id}`),
    silence > SILENT_MS && el('p', { class: 'bad' }, `nothing heard for ${words.duration(silence)}`));
}

const begun = new Map();

/** From the pace of this step, as seen by this page. */
function remaining(progress) {
  const key = `${progress.run_id}/${progress.step}`;
  const heard = Date.parse(progress.heard);
  if (!begun.has(key)) {
    begun.set(key, { heard, done: progress.done });
  }
  const first = begun.get(key);
  const pace = (progress.done - first.done) / (heard - first.heard);
  return pace > 0 && progress.done < progress.total
    ? `, ${words.duration((progress.total - progress.done) / pace)} left` : null;
}
