// SPDX-License-Identifier: Apache-2.0
// Boards for oneself, and back.

const dialog = document.getElementById('reserve');
const failure = document.getElementById('reserve-failure');
let chosen;

document.getElementById('reserve-cancel').addEventListener('click', () => dialog.close());
document.getElementById('reserve-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  failure.textContent = '';
  const refused = await ask('POST', chosen, {
    for_s: document.getElementById('reserve-time').value,
    why: document.getElementById('reserve-why').value,
    now: String(document.getElementById('reserve-now').checked),
  });
  if (refused) {
    failure.textContent = refused;
  } else {
    dialog.close();
  }
});

/** Asks for how long and what for. */
export function reserve(bench, path, serial) {
  chosen = [path, serial];
  failure.textContent = '';
  document.getElementById('reserve-title').textContent = `Reserve ${serial} of ${bench}`;
  dialog.showModal();
}

/** Returns why it could not be done; undefined where it was. */
export function release(path, serial) {
  return ask('DELETE', [path, serial], {});
}

async function ask(method, [path, serial], fields) {
  try {
    const answer = await fetch(`${path}${encodeURIComponent(serial)}/reservation`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    });
    return answer.ok ? undefined : reason(await answer.json());
  } catch (e) {
    return `no answer: ${e.message}`;
  }
}

function reason(refusal) {
  return [
    `could not ${refusal.failure}`,
    refusal.expected && `expected ${refusal.expected}`,
    refusal.actual && `got ${refusal.actual}`,
    refusal.remedy,
  ].filter(Boolean).join('; ');
}
