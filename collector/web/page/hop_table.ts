/** Every hop and span: the last second, the last ten, and the latter as a bar on a logarithmic scale that all rows share. */
import type { EngineView, SeriesView, Spread } from '../../live/snapshot.js';
import { byId, element, setClass, setText, sync } from './elements.js';
import { formatNs, formatRoundNs, formatShort } from './quantity.js';

const SVG = 'http://www.w3.org/2000/svg';
const TRACK = { width: 1000, height: 14 } as const;
const CELLS = ['number count', 'number', 'number', 'number', 'number tens', 'number tens', 'number tens', 'plot'] as const;

/** @param onChoose a row was chosen, for the percentile curve */
export function hopTable(onChoose: (name: string) => void): (engine: EngineView, chosen: string) => void {
  const [hops, spans] = [byId('hop-rows'), byId('span-rows')];
  const head = byId('window-head');
  const scaleText = byId('hop-scale');
  return (engine, chosen) => {
    const [low, high] = limitsOf(engine.series);
    const at = (ns: number): number => (TRACK.width * Math.log(Math.max(ns, low) / low)) / Math.log(high / low);
    setText(head, `last ${engine.windowSeconds} s`);
    setText(scaleText, `${formatRoundNs(low)} – ${formatRoundNs(high)}`);
    for (const [body, kind] of [[hops, 'hop'], [spans, 'span']] as const) {
      const rows = engine.series.filter((one) => one.kind === kind);
      sync(body, rows, (one) => one.name, (one) => makeRow(one, onChoose), (made, one) => updateRow(made, one, one.name === chosen, at));
    }
  };
}

/** Powers of ten around all that is shown. */
function limitsOf(series: readonly SeriesView[]): readonly [number, number] {
  const spreads = series.flatMap((one) => one.window ?? []);
  const low = 10 ** Math.floor(Math.log10(Math.max(1, Math.min(...spreads.map((one) => one.p50Ns), 1e3))));
  return [low, 10 ** Math.ceil(Math.log10(Math.max(low * 10, ...spreads.map((one) => one.p999Ns))))];
}

function makeRow(one: SeriesView, onChoose: (name: string) => void): HTMLElement {
  const made = element('tr');
  const head = element('th');
  head.scope = 'row';
  const button = element('button', '', one.name);
  button.type = 'button';
  button.title = one.description;
  button.addEventListener('click', () => onChoose(one.name));
  head.append(button);
  made.append(head, ...CELLS.map((className) => element('td', className)));
  made.lastElementChild?.append(makeTrack(one));
  return made;
}

function makeTrack(one: SeriesView): SVGElement {
  const track = document.createElementNS(SVG, 'svg');
  track.setAttribute('class', 'track');
  track.setAttribute('viewBox', `0 0 ${TRACK.width} ${TRACK.height}`);
  track.setAttribute('preserveAspectRatio', 'none');
  track.setAttribute('aria-hidden', 'true');
  const middle = TRACK.height / 2;
  track.append(
    shape('line', { y1: middle, y2: middle }),
    shape('rect', { class: one.kind === 'span' ? 'span' : stageOf(one.name), y: 3, height: TRACK.height - 6 }),
    shape('line', { y1: 1, y2: TRACK.height - 1 }),
  );
  return track;
}

function shape(tag: 'line' | 'rect', attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

function updateRow(made: HTMLElement, { second, window }: SeriesView, chosen: boolean, at: (ns: number) => number): void {
  setClass(made, second === null ? 'quiet' : '');
  made.querySelector('button')?.setAttribute('aria-pressed', String(chosen));
  const texts = [second === null ? '–' : formatShort(second.count), ...figures(second), ...figures(window)];
  texts.forEach((text, index) => {
    const cell = made.children[index + 1];
    if (cell !== undefined) setText(cell, text);
  });
  const track = made.querySelector('.track');
  if (track === null || window === null) return;
  const [p50, p99, p999] = [at(window.p50Ns), at(window.p99Ns), at(window.p999Ns)].map((x) => x.toFixed(1)) as [string, string, string];
  const [whisker, body, rare] = track.children;
  whisker?.setAttribute('x1', p50);
  whisker?.setAttribute('x2', p999);
  body?.setAttribute('x', p50);
  body?.setAttribute('width', Math.max(4, Number(p99) - Number(p50)).toFixed(1));
  rare?.setAttribute('x1', p999);
  rare?.setAttribute('x2', p999);
}

function figures(spread: Spread | null): readonly string[] {
  return spread === null ? ['–', '–', '–'] : [spread.p50Ns, spread.p99Ns, spread.p999Ns].map(formatNs);
}

/** Where on its way an order spends a hop: the colours of the report. `link` is the port, its queue and the wait for the next poll. */
function stageOf(hop: string): string {
  const [place = '', event = ''] = hop.split('.');
  if (event === 'rx' || event === 'ack') return 'link';
  if (place === 'feed' || place === 'venue') return place;
  if (place === 'journal') return event === 'append' ? 'venue' : 'journal';
  return 'oms';
}
