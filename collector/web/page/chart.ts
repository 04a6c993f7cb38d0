/** One chart: uPlot in the page's colours, as wide as its figure, with a legend that says the value under the pointer or else the newest. */
import type UPlot from 'uplot';
import { element, setText, within } from './elements.js';

/** /assets/uplot.js defines it before this module runs. */
declare const uPlot: typeof UPlot;

export interface Line {
  readonly label: string;
  /** A variable of the style sheet and class of the legend's key: v0 to v3. */
  readonly colour: 'v0' | 'v1' | 'v2' | 'v3';
  readonly dashed?: boolean;
}

export interface ChartOptions {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly x: { readonly time: boolean; readonly splits?: readonly number[]; readonly label?: (x: number) => string; readonly range?: (low: number, high: number) => [number, number] };
  readonly y: { readonly log: boolean; readonly format: (y: number) => string; readonly axis: (y: number) => string };
  /** What the legend says of the place that is pointed at. */
  readonly place: (x: number) => string;
  /** Which place it speaks of while nobody points; the newest where this is not given, and then it does not name it. */
  readonly rest?: (xs: readonly number[]) => number;
}

export type ChartData = readonly [readonly number[], ...(readonly (number | null)[])[]];

const HEIGHT_PX = 200;
const FONT = '12px system-ui, "Noto Sans", "DejaVu Sans", sans-serif';

export class Chart {
  readonly #holder: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #title: string;
  #plot: UPlot | null = null;
  #data: ChartData = [[]];
  #lines: readonly Line[];

  constructor(private readonly options: ChartOptions) {
    const figure = document.getElementById(options.id);
    if (figure === null) throw new Error(`the page has no #${options.id}`);
    this.#holder = within(figure, '.plot');
    this.#legend = within(figure, '.legend');
    this.#title = this.#holder.getAttribute('aria-label') ?? '';
    this.#lines = options.lines;
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#holder.clientWidth, height: HEIGHT_PX })).observe(this.#holder);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#plot?.redraw());
  }

  /** @param lines others than at first, where what is drawn changes */
  show(data: ChartData, lines: readonly Line[] = this.#lines): void {
    const relabelled = lines.map((line) => line.label).join() !== this.#lines.map((line) => line.label).join();
    [this.#data, this.#lines] = [data, lines];
    if (this.#plot === null || relabelled) this.#begin();
    else this.#plot.setData(aligned(data));
    this.#say();
  }

  #begin(): void {
    this.#plot?.destroy();
    this.#legend.replaceChildren(...this.#lines.map(legendItem), element('li', 'when'));
    this.#plot = new uPlot(this.#settings(), aligned(this.#data), this.#holder);
  }

  #settings(): UPlot.Options {
    const { x, y } = this.options;
    const { range, splits, label } = x;
    const axis = { stroke: () => colour('--quiet'), font: FONT, grid: { stroke: () => colour('--grid'), width: 1 }, ticks: { stroke: () => colour('--rule'), width: 1, size: 4 } };
    return {
      width: this.#holder.clientWidth,
      height: HEIGHT_PX,
      padding: [8, 26, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), 'Etc/UTC'),
      scales: {
        x: { time: x.time, ...(range === undefined ? {} : { range: (_: UPlot, low: number, high: number): [number, number] => range(low, high) }) },
        y: { distr: distribution(y.log), range: (_, low, high) => (y.log ? logRange(low, high) : [0, roundUp(high, STEPS)]) },
      },
      axes: [
        {
          ...axis, size: 30, gap: 8, space: 56,
          ...(splits === undefined ? {} : { splits: [...splits] }),
          values: label === undefined ? [[1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1]] : (_: UPlot, values: number[]) => values.map(label),
        },
        { ...axis, size: 58, gap: 4, space: 26, ...(y.log ? { filter: decadesOf } : {}), values: (_, values: readonly (number | null)[]) => values.map((value) => (value === null ? '' : y.axis(value))) },
      ],
      series: [{}, ...this.#lines.map((line) => ({
        label: line.label, stroke: () => colour(`--${line.colour}`), width: 1.75, points: { show: false }, ...(line.dashed === true ? { dash: [5, 4] } : {}),
      }))],
      hooks: { setCursor: [() => this.#say()] },
    };
  }

  /** Fills the legend, and the text that stands for the picture where it is not seen. */
  #say(): void {
    const [xs, ...ys] = this.#data;
    const pointed = this.#plot?.cursor.idx ?? null;
    const { rest, place } = this.options;
    const index = pointed ?? rest?.(xs) ?? xs.length - 1;
    const said = this.#lines.map((line, at) => {
      const value = ys[at]?.[index] ?? null;
      const text = value === null ? '–' : this.options.y.format(value);
      const cell = this.#legend.children[at]?.querySelector('.value');
      if (cell) setText(cell, text);
      return `${line.label} ${text}`;
    });
    const when = this.#legend.querySelector('.when');
    const x = xs[index];
    const at = x === undefined || (pointed === null && rest === undefined) ? '' : place(x);
    if (when) setText(when, at);
    if (pointed === null) this.#holder.setAttribute('aria-label', `${[this.#title, at].join(' ').trim()}: ${said.join(', ')}`);
  }
}

/** Members of uPlot's Scale.Distr: a const enum, which a module that is compiled by itself cannot name. */
function distribution(log: boolean): UPlot.Scale.Distr {
  const [linear, logarithmic]: readonly unknown[] = [1, 3];
  return (log ? logarithmic : linear) as UPlot.Scale.Distr;
}

/** uPlot reads its data and never changes it, but its types do not say so. */
function aligned(data: ChartData): UPlot.AlignedData {
  return data as unknown as UPlot.AlignedData;
}

function legendItem(line: Line): HTMLElement {
  const item = element('li');
  item.append(element('span', `key ${line.colour}${line.dashed === true ? ' dashed' : ''}`), element('span', '', line.label), element('span', 'value', '–'));
  return item;
}

function colour(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}

/** The next of these times a power of ten: limits that seldom change keep the picture calm. */
const STEPS: readonly number[] = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

function roundUp(value: number | null, steps: readonly number[]): number {
  if (value === null || value <= 0) return 1;
  const room = value * 1.02;
  const decade = 10 ** Math.floor(Math.log10(room));
  return decade * (steps.find((step) => step * decade >= room) ?? 10);
}

function logRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || high <= 0) return [100, 1e6];
  const least = Math.max(low, 1);
  const decade = 10 ** Math.floor(Math.log10(least));
  const from = decade * ([5, 2, 1].find((step) => step * decade <= least) ?? 1);
  return [from, Math.max(roundUp(high, [1, 2, 5, 10]), from * 10)];
}

/** Labels on 1, 2 and 5 where there is room for them, on 1 where not. */
function decadesOf(plot: UPlot, splits: number[]): (number | null)[] {
  const { min = 1, max = 1 } = plot.scales.y ?? {};
  const decades = Math.log10(max / min);
  const shown = decades <= 2.2 ? [1, 2, 5] : decades <= 3.5 ? [1, 3] : [1];
  return splits.map((split) => (shown.includes(Math.round(split / 10 ** Math.floor(Math.log10(split) + 1e-9))) ? split : null));
}
