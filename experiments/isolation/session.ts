/**
 * One experiment's hold on the machine: what it changed stands in a state file *before* it is changed, so that even after kill -9 the next
 * command can find it and put it right.
 *
 * State files live in /run/hopscope (memory: a reboot undoes the changes and forgets them alike). The owner is named by pid and start time.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { identify, isAlive } from '../launch/process_identity.js';
import { LeftoverSchema, undo, type Leftover } from './leftover.js';

const StateSchema = z.object({
  owner: z.object({ pid: z.number(), startTicks: z.number() }),
  experiment: z.string(),
  leftovers: z.array(LeftoverSchema),
});

type State = z.output<typeof StateSchema>;

/** Another experiment holds the machine, or the state folder cannot be written. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

export function stateDirectory(): string {
  return process.env.HOPSCOPE_STATE_DIR ?? '/run/hopscope';
}

export class Session {
  readonly #file: string;
  readonly #owner: State['owner'];
  readonly #experiment: string;
  #leftovers: Leftover[] = [];

  private constructor(file: string, owner: State['owner'], experiment: string) {
    this.#file = file;
    this.#owner = owner;
    this.#experiment = experiment;
  }

  /** Takes the machine for one experiment. Sweep first. */
  static open(experiment: string, directory = stateDirectory()): Session {
    const owner = identify(process.pid);
    if (owner === undefined) throw new SessionError('isolation: /proc/self/stat cannot be read; mount /proc');
    const session = new Session(path.join(directory, `session-${process.pid}.json`), owner, experiment);
    try {
      mkdirSync(directory, { recursive: true, mode: 0o755 });
      session.#save();
    } catch (error) {
      throw new SessionError(`isolation: ${directory} cannot be written (${error instanceof Error ? error.message : String(error)}); run as root: sudo npx hopscope run …`);
    }
    const other = readStates(directory).find(({ state }) => state.owner.pid !== owner.pid && isAlive(state.owner));
    if (other !== undefined) {
      session.close();
      throw new SessionError(`the experiment ${other.state.experiment} (process ${other.state.owner.pid}) is running on this machine, and two would disturb each other; wait for it, or stop it with kill ${other.state.owner.pid}`);
    }
    return session;
  }

  /** Notes a change that is about to be made. */
  remember(leftover: Leftover): void {
    this.#leftovers = [...this.#leftovers, leftover];
    this.#save();
  }

  /** A remembered change was not made after all. */
  forget(leftover: Leftover): void {
    this.#leftovers = this.#leftovers.filter((one) => one !== leftover);
    this.#save();
  }

  /** Undoes one remembered change now. */
  undo(leftover: Leftover): void {
    undo(leftover);
    this.forget(leftover);
  }

  /** Undoes everything, last change first, and gives the machine back. Safe to call twice. */
  close(): void {
    for (const leftover of [...this.#leftovers].reverse()) {
      const line = undoOrSay(leftover);
      if (line?.startsWith(NOT_UNDONE) === true) process.stderr.write(`hopscope: ${line}\n`);
    }
    this.#leftovers = [];
    rmSync(this.#file, { force: true });
  }

  #save(): void {
    const state: State = { owner: this.#owner, experiment: this.#experiment, leftovers: [...this.#leftovers] };
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, JSON.stringify(state));
    renameSync(draft, this.#file);
  }
}

/** Undoes what dead experiments left. Returns one line for each thing done; empty where there was nothing. */
export function sweep(directory = stateDirectory()): readonly string[] {
  const done: string[] = [];
  for (const { file, state } of readStates(directory)) {
    if (isAlive(state.owner)) continue;
    const lines = [...state.leftovers].reverse().map(undoOrSay).filter((line) => line !== undefined);
    rmSync(file, { force: true });
    done.push(`cleaned up after ${state.experiment} (process ${state.owner.pid} died in mid-run): ${lines.length === 0 ? 'nothing was left' : summarise(lines)}`);
  }
  return done;
}

const NOT_UNDONE = 'could not undo';

/** One leftover that cannot be undone must not keep the others, or every later command, from going on. */
function undoOrSay(leftover: Leftover): string | undefined {
  try {
    return undo(leftover);
  } catch (error) {
    return `${NOT_UNDONE} ${leftover.kind}: ${error instanceof Error ? error.message : String(error)}; see to it by hand`;
  }
}

function readStates(directory: string): readonly { readonly file: string; readonly state: State }[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.filter((name) => /^session-[0-9]+\.json$/.test(name)).flatMap((name) => {
    const file = path.join(directory, name);
    try {
      return [{ file, state: StateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) }];
    } catch {
      return []; // another user's, or of another version: not ours to judge
    }
  });
}

/** Many interrupts, or tasks, are one fact each. */
function summarise(lines: readonly string[]): string {
  const interrupts = lines.filter((line) => line.startsWith('restored /proc/irq/'));
  const tasks = lines.filter((line) => line.startsWith('let task '));
  const rest = lines.filter((line) => !interrupts.includes(line) && !tasks.includes(line));
  return [
    ...rest,
    ...(interrupts.length === 0 ? [] : [`restored the affinity of ${interrupts.length} interrupts`]),
    ...(tasks.length === 0 ? [] : [`restored the affinity of ${tasks.length} kernel threads`]),
  ].join(', ');
}
