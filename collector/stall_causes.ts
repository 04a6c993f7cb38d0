/**
 * What takes an engine thread's time away: names and numbers of HS_STALL_CAUSES (bpf/records.h, which says what `who` and `detail` hold).
 *
 * test/collector/stall_causes.test.ts holds the two lists together.
 */

export interface StallCause {
  /** In the records and in the Enum8 of table `stalls`; that of a backlog, which is in neither, is only told apart by it. */
  readonly value: number;
  readonly name: string;
  /** Completes "96 orders …"; `who` is the other task, the handler or the system call, and may be empty. */
  readonly phrase: (who: string) => string;
  /** Completes "a backlog after …". */
  readonly noun: (who: string) => string;
}

export const STALL_CAUSES: readonly StallCause[] = [
  cause(1, 'preempted', (who) => `lost the CPU to ${quoted(who, 'another task')}`, (who) => `losing the CPU to ${quoted(who, 'another task')}`),
  cause(2, 'blocked', () => 'waited in the kernel', () => 'a wait in the kernel'),
  cause(3, 'stopped', (who) => `met a stop signal of ${quoted(who, 'another process')}`, (who) => `a stop signal of ${quoted(who, 'another process')}`),
  cause(4, 'wakeup', (who) => `waited for the CPU behind ${quoted(who, 'another task')}`, (who) => `waiting for the CPU behind ${quoted(who, 'another task')}`),
  met(5, 'migrated', () => 'a move to another CPU'),
  met(6, 'hard_irq', (who) => `the interrupt ${quoted(who, 'of a device')}`),
  met(7, 'softirq', (who) => `the softirq ${quoted(who, 'of no name')}`),
  met(8, 'timer_tick', () => 'a timer tick'),
  met(9, 'ipi', (who) => `an interrupt of another CPU (${quoted(who, 'of no name')})`),
  met(10, 'tlb_shootdown', () => 'a TLB shootdown'),
  met(11, 'page_fault', () => 'a page fault'),
  cause(12, 'syscall', (who) => `made the system call ${quoted(who, 'of no name')}`, (who) => `the system call ${quoted(who, 'of no name')}`),
  met(13, 'frequency', () => 'a change of frequency'),
  cause(14, 'hypervisor', () => 'lost the CPU to the hypervisor or hardware', () => 'losing the CPU to the hypervisor or hardware'),
];

/** In `attributions` only: a delay that no event explains. It is the engine's own code, the hypervisor or hardware. */
export const NO_EVENT = 'none';

/**
 * In `attributions` only: a wait behind other orders of a burst that was sent late (attribution/backlog.ts). `who` is the cause that began
 * it and that cause's own `who` ("timer_tick", "preempted node"); empty: no event began it.
 */
export const BACKLOG: StallCause = cause(127, 'backlog', (who) => `waited behind others in a backlog ${who === '' ? 'that no kernel event began' : `after ${beganBy(who)}`}`, () => 'a backlog');

/** The `who` of a backlog that a stall began. */
export function backlogWho(causeValue: number, who: string): string {
  return who === '' ? causeName(causeValue) : `${causeName(causeValue)} ${who}`;
}

/** The inverse of backlogWho(): names of causes hold no space. */
export function splitBacklogWho(backlogBeganBy: string): { readonly cause: string; readonly who: string } {
  const space = backlogBeganBy.indexOf(' ');
  return space < 0 ? { cause: backlogBeganBy, who: '' } : { cause: backlogBeganBy.slice(0, space), who: backlogBeganBy.slice(space + 1) };
}

/** @throws RangeError where there is no cause of this name */
export function causeByName(name: string): StallCause {
  const found = name === BACKLOG.name ? BACKLOG : STALL_CAUSES.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no cause ${name}; causes are ${STALL_CAUSES.map((one) => one.name).join(', ')}`);
  return found;
}

/** The name of a cause's number; `unknown` for one that a newer native side may have. */
export function causeName(value: number): string {
  return value === BACKLOG.value ? BACKLOG.name : (STALL_CAUSES[value - 1]?.name ?? 'unknown');
}

function cause(value: number, name: string, phrase: (who: string) => string, noun: (who: string) => string): StallCause {
  return { value, name, phrase, noun };
}

function met(value: number, name: string, noun: (who: string) => string): StallCause {
  return cause(value, name, (who) => `met ${noun(who)}`, noun);
}

function beganBy(backlogBeganBy: string): string {
  const { cause: name, who } = splitBacklogWho(backlogBeganBy);
  return STALL_CAUSES.find((one) => one.name === name)?.noun(who) ?? 'something unknown';
}

function quoted(who: string, otherwise: string): string {
  return who === '' ? otherwise : `\`${who}\``;
}
