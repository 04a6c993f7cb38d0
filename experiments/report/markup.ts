/**
 * HTML as values: `html` escapes everything that is interpolated, except markup built by `html` itself. So no text, from whichever file
 * or setting it came, can become a tag or an attribute.
 */

export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type Interpolated = string | number | Markup | null | readonly Interpolated[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeText(text: string): string {
  // Control characters other than tab and line feeds are not allowed in HTML at all.
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

function render(value: Interpolated): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeText(value);
  return value.map(render).join('');
}

/** Null renders as nothing, an array as its elements one after the other. */
export function html(parts: TemplateStringsArray, ...values: readonly Interpolated[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + render(values[index - 1] ?? null) + part));
}

/** For constant text that is no HTML but stands inside it: the style sheet and the script. Never for data. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}
