/** The page's elements: found by id, made, and changed only where they differ, so that a quiet second touches nothing. */

/** @throws Error where the skeleton (html.ts) and the modules disagree */
export function byId(id: string): HTMLElement {
  return required(document.getElementById(id), `#${id}`);
}

export function within(parent: ParentNode, selector: string): HTMLElement {
  return required(parent.querySelector<HTMLElement>(selector), selector);
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function setClass(target: Element, className: string): void {
  if (target.getAttribute('class') !== className) target.setAttribute('class', className);
}

/**
 * Keeps `parent`'s children in step with `items`: one element a key, in this order. Elements that stay keep the focus.
 */
export function sync<T>(parent: Element, items: readonly T[], keyOf: (item: T) => string, make: (item: T) => HTMLElement, update: (made: HTMLElement, item: T) => void): void {
  const old = new Map([...parent.children].map((child) => [child.getAttribute('data-key') ?? '', child as HTMLElement]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    const found = old.get(key);
    old.delete(key);
    const child = found ?? make(item);
    if (found === undefined) child.setAttribute('data-key', key);
    update(child, item);
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  for (const gone of old.values()) gone.remove();
}

/** A row of cells whose texts are then set by setCells(); the first is its header. */
export function row(cells: readonly string[]): HTMLTableRowElement {
  const made = element('tr');
  cells.forEach((className, index) => {
    const cell = element(index === 0 ? 'th' : 'td', className);
    if (index === 0) cell.setAttribute('scope', 'row');
    made.append(cell);
  });
  return made;
}

export function setCells(target: HTMLElement, texts: readonly string[]): void {
  texts.forEach((text, index) => {
    const cell = target.children[index];
    if (cell !== undefined) setText(cell, text);
  });
}

function required<T>(found: T | null, what: string): T {
  if (found === null) throw new Error(`the page has no ${what}`);
  return found;
}
