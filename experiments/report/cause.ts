/**
 * Causes of delay as a reader sees them: a plain name, and the family that gives colour and shape. Five families can be told apart by
 * eye, fifteen causes cannot; the two that are no event of their own, a wait behind others and nobody, stand apart in hue and in greyness.
 */
import { splitBacklogWho } from '../../collector/stall_causes.js';
import { html, type Markup } from './markup.js';

/** Who took the time: the scheduler, an interrupt, the memory, the thread's own call, something below the kernel, the orders in front, or nobody known. */
export type CauseFamily = 'scheduler' | 'interrupt' | 'memory' | 'call' | 'outside' | 'queue' | 'none';

export const CAUSE_FAMILIES: readonly { readonly family: CauseFamily; readonly label: string }[] = [
  { family: 'scheduler', label: 'off its CPU' },
  { family: 'interrupt', label: 'interrupt' },
  { family: 'memory', label: 'memory' },
  { family: 'call', label: 'system call' },
  { family: 'outside', label: 'hypervisor or hardware' },
  { family: 'queue', label: 'behind other orders' },
  { family: 'none', label: 'no kernel event' },
];

/** By the names of HS_STALL_CAUSES in bpf/records.h, and the two that only an attribution has. */
const CAUSES: Readonly<Record<string, { readonly family: CauseFamily; readonly label: string }>> = {
  preempted: { family: 'scheduler', label: 'preempted' },
  blocked: { family: 'scheduler', label: 'blocked' },
  stopped: { family: 'scheduler', label: 'stopped' },
  wakeup: { family: 'scheduler', label: 'waited to run' },
  migrated: { family: 'scheduler', label: 'migrated' },
  hard_irq: { family: 'interrupt', label: 'hardware interrupt' },
  softirq: { family: 'interrupt', label: 'softirq' },
  timer_tick: { family: 'interrupt', label: 'timer tick' },
  ipi: { family: 'interrupt', label: 'IPI' },
  tlb_shootdown: { family: 'memory', label: 'TLB shootdown' },
  page_fault: { family: 'memory', label: 'page fault' },
  syscall: { family: 'call', label: 'system call' },
  frequency: { family: 'outside', label: 'frequency change' },
  hypervisor: { family: 'outside', label: 'hypervisor or hardware' },
  backlog: { family: 'queue', label: 'backlog' },
  none: { family: 'none', label: 'no kernel event' },
};

export function familyOf(cause: string): CauseFamily {
  return CAUSES[cause]?.family ?? 'none';
}

export function causeLabel(cause: string): string {
  return CAUSES[cause]?.label ?? cause.replaceAll('_', ' ');
}

interface NamedCause {
  readonly cause: string;
  readonly who: string;
}

export function causeName(named: NamedCause): Markup {
  const { label, who } = parts(named);
  return html`${label}${who === '' ? null : html` <code>${who}</code>`}`;
}

/** The same for the terminal. */
export function causeText(named: NamedCause): string {
  const { label, who } = parts(named);
  return who === '' ? label : `${label} ${who}`;
}

/** A backlog's `who` is what began it. */
function parts({ cause, who }: NamedCause): { readonly label: string; readonly who: string } {
  if (cause !== 'backlog' || who === '') return { label: causeLabel(cause), who };
  const began = splitBacklogWho(who);
  return { label: `backlog after ${causeLabel(began.cause)}`, who: began.who };
}

/** Outline of a family's mark around (0, 0), about 8 units across: shape and colour say the same. */
const MARKS: Readonly<Record<CauseFamily, string>> = {
  scheduler: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  interrupt: 'M0 -4.6L4.4 3.4H-4.4z',
  memory: 'M-3.6 -3.6h7.2v7.2h-7.2z',
  call: 'M0 4.6L4.4 -3.4H-4.4z',
  outside: 'M0 -4.8L4.8 0L0 4.8L-4.8 0z',
  queue: 'M-4.4 -3.6h2v7.2h-2zM-1 -3.6h2v7.2h-2zM2.4 -3.6h2v7.2h-2z',
  none: 'M-3.4 -3.4L3.4 3.4M-3.4 3.4L3.4 -3.4',
};

export function causeMark(family: CauseFamily, x: number, y: number, title: string): Markup {
  return html`<path class="event ${family}" d="${MARKS[family]}" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"><title>${title}</title></path>`;
}

export function causeLegend(families: ReadonlySet<CauseFamily>): Markup {
  return html`<ul class="legend">${CAUSE_FAMILIES.filter(({ family }) => families.has(family)).map(
    ({ family, label }) => html`<li><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${causeMark(family, 0, 0, label)}</svg>${label}</li>`,
  )}</ul>`;
}
