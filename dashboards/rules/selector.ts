/** PromQL selectors with label matchers `=` and `=~`, as counterSelector() gives them. */

interface Matcher {
  readonly label: string;
  readonly regular: boolean;
  readonly value: string;
}

/** A series that the selector finds: of each regular expression the first alternative, `risk_.+` as `risk_any`. */
export function concreteSeries(selector: string): string {
  const matchers = matchersOf(selector).map(({ label, regular, value }) => `${label}="${regular ? (value.split('|')[0] ?? '').replaceAll('.+', 'any') : value}"`);
  return matchers.length === 0 ? nameOf(selector) : `${nameOf(selector)}{${matchers.join(',')}}`;
}

/** @param series with `=` only */
export function matchesSelector(series: string, selector: string): boolean {
  if (nameOf(series) !== nameOf(selector)) return false;
  const labels = new Map(matchersOf(series).map(({ label, value }) => [label, value]));
  return matchersOf(selector).every(({ label, regular, value }) => {
    const given = labels.get(label) ?? '';
    return regular ? new RegExp(`^(?:${value})$`).test(given) : given === value;
  });
}

function nameOf(selector: string): string {
  return selector.replace(/\{.*$/, '');
}

function matchersOf(selector: string): readonly Matcher[] {
  return [...selector.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label = '', sign, value = '']) => ({ label, regular: sign === '=~', value }));
}
