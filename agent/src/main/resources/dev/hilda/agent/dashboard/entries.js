// SPDX-License-Identifier: Apache-2.0
// What the server knows, kept up to date by its events. The browser asks again by itself, with the id of the last event.

const RETRY_MS = 2000;

export class Entries {
  #values = new Map();
  #listeners = [];

  /** Hears of each change: its key, the value (undefined where it is gone), and the value before. */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  get(key) {
    return this.#values.get(key);
  }

  /** [levels after the prefix, value] of every key below it. */
  below(prefix) {
    return [...this.#values]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length).split('/'), value]);
  }

  has(prefix) {
    return [...this.#values.keys()].some((key) => key.startsWith(prefix));
  }

  /** Everything anew. */
  replace(values) {
    const before = this.#values;
    this.#values = new Map(Object.entries(values));
    new Set([...before.keys(), ...this.#values.keys()]).forEach((key) => this.#tell(key, before.get(key), true));
  }

  change(key, value) {
    const before = this.#values.get(key);
    if (value === null) {
      this.#values.delete(key);
    } else {
      this.#values.set(key, value);
    }
    this.#tell(key, before, false);
  }

  #tell(key, before, isAll) {
    this.#listeners.forEach((listener) => listener(key, this.#values.get(key), before, isAll));
  }
}

/**
 * Listens for ever.
 *
 * @param entries take what comes
 * @param onConnection hears whether the server is there
 * @param onRefused hears that a token is needed; nothing is listened to until this is called again
 */
export function listen(entries, onConnection, onRefused) {
  const source = new EventSource('/events');
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('state', (event) => entries.replace(JSON.parse(event.data).entries));
  source.addEventListener('change', (event) => {
    const { key, value } = JSON.parse(event.data);
    entries.change(key, value);
  });
  source.addEventListener('error', () => {
    onConnection(false);
    if (source.readyState === EventSource.CLOSED) {
      retry(entries, onConnection, onRefused);
    }
  });
}

/** A browser gives up where the answer was no stream: a token is needed, or too many listen. */
async function retry(entries, onConnection, onRefused) {
  const status = await fetch('/state').then((answer) => answer.status, () => 0);
  if (status === 401 || status === 403) {
    onRefused();
  } else {
    setTimeout(() => listen(entries, onConnection, onRefused), RETRY_MS);
  }
}
