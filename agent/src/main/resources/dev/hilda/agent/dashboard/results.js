// SPDX-License-Identifier: Apache-2.0
// One result: figures, where the time went, what was taken for what.
import { el, fill, table } from '/dom.js';
import * as words from '/words.js';

const MOST_CLASSES = 60;
const LABELLED_CLASSES = 20;

export async function renderResult(runId) {
  if (!runId) {
    fill('result', el('p', { class: 'none' }, 'No result yet.'));
    return;
  }
  try {
    const answer = await fetch(`/results/${encodeURIComponent(runId)}`);
    const run = await answer.json();
    if (answer.ok) {
      fill('result', figures(run), layers(run), confusion(run));
    } else {
      fill('result', el('p', { class: 'none' }, `This run's result was not heard here: ${runId}. `, el('code', {}, `hilda runs ${runId}`)));
    }
  } catch (e) {
    fill('result', el('p', { class: 'bad' }, `no answer: ${e.message}`));
  }
}

function figures(run) {
  const rows = [
    ['Outcome', [words.mark(words.cellState(run.passed ? 'passed' : 'failed')), ' ', words.badge(run.timing),
      run.failure && [el('br'), words.firstLine(run.failure)]]],
    ['Began', [words.clock(run.time), ' ', words.age(run.time)]],
    ['Board', `${run.board} ${run.board_serial} of ${run.bench}`],
    ['Data set', run.data_set && `${run.data_set}, ${words.whole(run.images)} images`],
    ['Accuracy', words.accuracy(run) !== '–' && words.accuracy(run)],
    ['Parity', words.isNumber(run.parity_matched) && `${words.whole(run.parity_matched)} of ${words.whole(run.images)} as the oracle`],
    ['Latency', words.isNumber(run.latency_us_p50) && `${words.latency(run)}, ${words.whole(run.cycles_p50)} cycles`],
    ['Flash', words.isNumber(run.flash_bytes) && `${words.whole(run.flash_bytes)} bytes`],
    ['RAM', words.isNumber(run.ram_peak_bytes) && `${words.whole(run.ram_peak_bytes)} bytes at the peak`],
    ['HILDA', run.hilda_version],
    ['Run', el('code', {}, run.run_id)],
  ];
  return el('dl', { class: 'figures' }, rows.filter(([, value]) => value)
    .map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function layers(run) {
  const times = (run.layers ?? []).filter((layer) => words.isNumber(layer.cycles_p50));
  if (times.length === 0) {
    return null;
  }
  const most = Math.max(...times.map((layer) => layer.cycles_p50), 1);
  const sum = times.reduce((total, layer) => total + layer.cycles_p50, 0) || 1;
  return [el('h3', {}, 'Cycles of each layer ', words.badge(run.timing)),
    table('layers', 'Cycles of each layer', ['Layer', 'Cycles', 'Share', ''], times.map((layer) => {
      const bar = el('span', { class: 'bar' });
      bar.style.inlineSize = `${100 * layer.cycles_p50 / most}%`;
      return [layer.name, el('span', { class: 'number' }, words.whole(layer.cycles_p50)),
        el('span', { class: 'number' }, `${(100 * layer.cycles_p50 / sum).toFixed(1)} %`),
        el('span', { class: 'track', 'aria-hidden': 'true' }, bar)];
    }))];
}

function confusion(run) {
  const cells = (run.confusion ?? []).filter((cell) => Array.isArray(cell) && cell.length === 3 && cell.every(words.isNumber));
  const classes = run.classes ?? 0;
  if (cells.length === 0 || classes < 2) {
    return null;
  }
  const head = el('h3', {}, 'What was taken for what');
  if (classes > MOST_CLASSES) {
    return [head, worst(cells)];
  }
  const images = new Map(cells.map(([label, as, count]) => [`${label}/${as}`, count]));
  const totals = new Map();
  cells.forEach(([label, , count]) => totals.set(label, (totals.get(label) ?? 0) + count));
  const all = Array.from({ length: classes }, (_, i) => i);
  const rows = all.map((label) => [`${label}`, ...all.map((as) => {
    const count = images.get(`${label}/${as}`) ?? 0;
    const cell = el('span', { class: count > 0 ? (label === as ? 'right' : 'wrong') : 'none' }, count > 0 ? `${count}` : '·');
    cell.style.setProperty('--share', `${Math.round(70 * count / (totals.get(label) || 1)) + (count > 0 ? 8 : 0)}%`);
    return cell;
  }), words.percent((images.get(`${label}/${label}`) ?? 0) / (totals.get(label) || 1))]);
  return [head, el('p', { class: 'quiet' }, 'Rows are labels, columns what the board said.'),
    el('div', { class: classes <= LABELLED_CLASSES ? 'confusion' : 'confusion dense' },
      table('confusion', 'Labels by predictions', ['label', ...all.map((as) => `as ${as}`), 'right'], rows))];
}

/** Of many classes, the pairs that are confused most. */
function worst(cells) {
  const wrong = cells.filter(([label, as]) => label !== as).sort((a, b) => b[2] - a[2]).slice(0, 20);
  return table('confusion', 'Classes confused most', ['Label', 'Taken for', 'Images'],
    wrong.map(([label, as, count]) => [`${label}`, `${as}`, words.whole(count)]));
}
