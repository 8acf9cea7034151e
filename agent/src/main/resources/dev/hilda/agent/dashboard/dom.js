// SPDX-License-Identifier: Apache-2.0
// Elements. Whatever comes from a bench becomes text and never markup.

/** An element; `properties` are set as attributes, but for `on…` (listeners) and `class`. */
export function el(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Puts other content into a section. Who was at a button there stays at the one of the same id; open details stay open. */
export function fill(section, ...children) {
  const place = document.querySelector(`#${section} > .fill`);
  const focused = place.contains(document.activeElement) ? document.activeElement.id : '';
  const open = [...place.querySelectorAll('details[open][id]')].map((details) => details.id);
  const scrolled = [...place.querySelectorAll('.wide[id]')].map((wide) => [wide.id, wide.scrollLeft]);
  place.replaceChildren(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  open.forEach((id) => document.getElementById(id)?.setAttribute('open', ''));
  scrolled.forEach(([id, left]) => { const wide = document.getElementById(id); if (wide) { wide.scrollLeft = left; } });
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

/** A table that may be wider than the screen: then it scrolls by itself, by the keyboard too. */
export function table(id, label, heads, rows) {
  return el('div', { class: 'wide', id, role: 'region', 'aria-label': label, tabindex: 0 },
    el('table', {},
      el('caption', { class: 'unseen' }, label),
      el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, rows.map((row) => el('tr', {},
        row.map((cell, i) => (i === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell))))))));
}

/** An id of an element, for any text. */
export function idOf(...texts) {
  return texts.join('/').replace(/[^A-Za-z0-9._/-]/g, '-');
}
