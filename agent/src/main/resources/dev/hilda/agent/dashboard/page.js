// SPDX-License-Identifier: Apache-2.0
// Brings what is known to what is shown: a section is filled again when something of it has changed.
import { Entries, listen } from '/entries.js';
import { renderBoards, renderLive } from '/boards.js';
import { renderAttention, renderChanges, renderGrid, renderNight, renderRegressions } from '/night.js';
import { renderHistory, renderScatter, renderTrends } from '/charts.js';
import { renderResult } from '/results.js';
import { clock } from '/words.js';

const AGE_MS = 30e3;
const entries = new Entries();
const resultChoice = document.getElementById('result-choice');
const historyChoice = document.getElementById('history-choice');

/** Which keys a section is made of, and whether it tells ages, which change by themselves. */
const SECTIONS = [
  { keys: ['morning/', 'latest/', 'last/', 'bench/', 'broker'], tellsAges: true, render: () => renderNight(entries) },
  { keys: ['morning/', 'bench/', 'board/', 'broker', 'control/'], tellsAges: false, render: () => renderAttention(entries) },
  { keys: ['morning/'], tellsAges: false, render: () => renderRegressions(entries) },
  { keys: ['morning/'], tellsAges: false, render: () => renderChanges(entries) },
  { keys: ['morning/', 'latest/'], tellsAges: false, render: () => renderGrid(entries, choose) },
  { keys: ['morning/', 'bench/', 'board/', 'last/', 'latest/', 'control/'], tellsAges: true, render: () => renderBoards(entries) },
  { keys: ['morning/'], tellsAges: false, render: () => renderTrends(entries), isDrawn: true },
  { keys: ['progress/', 'board/'], tellsAges: true, render: () => renderLive(entries) },
  { keys: ['latest/'], tellsAges: false, render: () => renderScatter(entries), isDrawn: true },
  { keys: ['latest/'], tellsAges: false, render: offerResults },
  { keys: ['latest/', 'last/'], tellsAges: false, render: offerHistory, isDrawn: true },
];
const dirty = new Set(SECTIONS);
let isAwaited = false;
let isServerThere = false;

/** Whether somebody has chosen the result that is shown; else it is the newest. */
let isChosen = false;

function soon() {
  if (!isAwaited) {
    isAwaited = true;
    requestAnimationFrame(() => {
      isAwaited = false;
      const now = [...dirty];
      dirty.clear();
      now.forEach((section) => section.render());
      document.getElementById('content').hidden = false;
      tellConnection();
    });
  }
}

function touch(sections) {
  sections.forEach((section) => dirty.add(section));
  soon();
}

entries.onChange((key, value, before, isAll) => {
  touch(SECTIONS.filter((section) => section.keys.some((prefix) => key.startsWith(prefix))));
  if (!isAll && key.startsWith('last/') && value) {
    const outcome = value.passed ? 'passed' : 'failed';
    document.getElementById('announcement').textContent = `Run of ${value.subject} on ${value.board_serial} ${outcome}.`;
  }
});

function tellConnection() {
  const broker = entries.get('broker');
  const place = document.getElementById('connection');
  const isLive = isServerThere && broker?.connected;
  const text = !isServerThere ? 'the dashboard does not answer: this is what was known'
    : broker && !broker.connected ? 'broker away since ' : broker ? 'live' : 'without a broker';
  if (place.dataset.told !== text) {
    place.dataset.told = text;
    place.className = isLive ? 'good' : 'bad';
    place.replaceChildren(text);
    if (text.endsWith('since ')) {
      place.append(clock(broker.since));
    }
  }
}

/** Shows a run, and goes there. */
function choose(runId) {
  if (![...resultChoice.options].some((option) => option.value === runId)) {
    resultChoice.prepend(new Option(`run ${runId}`, runId));
  }
  resultChoice.value = runId;
  isChosen = true;
  renderResult(runId);
  document.getElementById('result').scrollIntoView();
  resultChoice.focus({ preventScroll: true });
}

function offerResults() {
  const before = isChosen ? resultChoice.value : '';
  const runs = entries.below('latest/').map(([, run]) => run)
    .sort((a, b) => b.time.localeCompare(a.time))
    .map((run) => new Option(`${run.subject} on ${run.board_serial} of ${run.bench}, ${run.time.slice(0, 16).replace('T', ' ')} UTC`, run.run_id));
  if (before && !runs.some((option) => option.value === before)) {
    runs.push(new Option(`run ${before}`, before));
  }
  resultChoice.replaceChildren(...runs);
  resultChoice.value = before || (runs[0]?.value ?? '');
  if (!before) {
    renderResult(resultChoice.value);
  }
}

async function offerHistory() {
  const answer = await fetch('/models').catch(() => undefined);
  if (!answer?.ok) {
    return;
  }
  const before = historyChoice.value;
  const { models } = await answer.json();
  historyChoice.replaceChildren(...models.map((model) => new Option(model, model)));
  historyChoice.value = models.includes(before) ? before : (models[0] ?? '');
  renderHistory(historyChoice.value);
}

resultChoice.addEventListener('change', () => {
  isChosen = true;
  renderResult(resultChoice.value);
});
historyChoice.addEventListener('change', () => renderHistory(historyChoice.value));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => touch(SECTIONS.filter((section) => section.isDrawn)));
setInterval(() => touch(SECTIONS.filter((section) => section.tellsAges)), AGE_MS);

function begin() {
  listen(entries, (isThere) => {
    isServerThere = isThere;
    soon();
  }, askForToken);
}

function askForToken() {
  document.getElementById('content').hidden = true;
  document.getElementById('sign-in').hidden = false;
  document.getElementById('connection').textContent = 'signed out';
  document.getElementById('token').focus();
}

document.getElementById('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = document.getElementById('token');
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: token.value }),
  }).catch(() => undefined);
  if (answer?.ok) {
    token.value = '';
    document.getElementById('sign-in').hidden = true;
    begin();
  } else {
    document.getElementById('sign-in-failure').textContent = answer ? 'This is no valid token of this bench.' : 'No answer.';
  }
});

begin();
