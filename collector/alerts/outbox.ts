/**
 * Notifications on disk until they are delivered, so that no crash loses one.
 *
 * Every process writes to a folder of its own, named after it; each notification is one file, whole or not there. What a process leaves
 * behind, by kill -9 or because its patience ended, is claimed by renaming its folder: the kernel lets one process win, and that one has
 * all of it, in order. A process that is killed between a delivery and the removal of its file leaves a notification that is sent again,
 * under the same id.
 *
 * An alert that fires has a mark beside the notifications until it is resolved: a copy of what its target was told. Whoever claims a folder
 * with a mark knows that the target waits for a `resolved` which nobody would send, and sends it (left_firing.ts).
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isClaimerAlive, thisClaimer } from './claimer.js';
import { alertAtTarget, leftFiring, resolvedByDeath } from './left_firing.js';
import { NOTIFICATION, type Notification } from './notification.js';
import { outboxError } from './outbox_error.js';
import { filesIn, foldersIn, removeDrafts, renameIfThere, syncFolder, syncFolderSync, writeWhole, writeWholeSync } from './outbox_files.js';
import { ToldOnce } from './told_once.js';

/** A notification and its file. */
export interface Letter {
  readonly notification: Notification;
  readonly file: string;
  /** Names sort by time, over all processes. */
  readonly name: string;
  /** Marks of alerts that need none any more once this one is on disk, or delivered. */
  readonly settles: readonly string[];
  /** When it stands on disk, or never will. */
  readonly kept: Promise<void>;
}

/** A file of the outbox and what it says. */
interface Found {
  readonly notification: Notification;
  readonly file: string;
  readonly name: string;
}

const LEFT = 'left';
const UNREADABLE = 'unreadable';
const LETTER_SUFFIX = '.json';
const MARK_SUFFIX = '.firing';

export class Outbox {
  readonly #claimer = thisClaimer();
  readonly #folder: string;
  readonly #claimed: string[] = [];
  /** Of this process's own alerts, by runsAlert(). */
  readonly #marks = new Map<string, string>();
  readonly #told: ToldOnce<'keep' | 'forget' | 'claim' | 'release'>;
  #sequence = 0;
  #newestMs = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    readonly dir: string,
    /** One line when something cannot be kept, until it can; and for files that cannot be read. */
    private readonly onTrouble: (line: string) => void,
    private readonly now: () => number,
  ) {
    this.#folder = join(dir, this.#newFolderName());
    this.#told = new ToldOnce(onTrouble);
  }

  /**
   * Makes sure that it can be written to.
   *
   * @throws OutboxError
   */
  static open(dir: string, onTrouble: (line: string) => void, now: () => number = Date.now): Outbox {
    const outbox = new Outbox(dir, onTrouble, now);
    const trial = join(outbox.#folder, 'trial');
    try {
      mkdirSync(outbox.#folder, { recursive: true, mode: 0o700 }); // URLs in there may hold passwords
      writeFileSync(trial, Buffer.alloc(4096), { mode: 0o600, flush: true });
      syncFolderSync(dir);
      rmSync(trial);
      return outbox;
    } catch (error) {
      // What was made of the folder is empty: the next process that finds it removes it.
      throw outboxError(dir, error);
    }
  }

  /** Begins to write the notification down. A failure is told once; the letter can be sent all the same. */
  keep(notification: Notification): Letter {
    this.#newestMs = Math.max(this.#newestMs, notification.at_ms); // a clock that is set back must not turn the order round
    const name = this.#newName(this.#newestMs);
    const file = join(this.#folder, name);
    const settles = this.#takeMark(notification);
    const mark = notification.state === 'firing' ? markOf(file) : null;
    if (mark !== null) this.#marks.set(runsAlert(notification), mark);
    // One after the other: what is on disk is always what came first.
    this.#writing = this.#writing.then(() => this.#write({ notification, file, settles }, mark));
    return { notification, file, name, settles, kept: this.#writing };
  }

  /** This alert is over, and its target need not hear of it. */
  settle(notification: Notification): void {
    const settles = this.#takeMark(notification);
    this.#writing = this.#writing.then(() => this.#remove(settles));
  }

  /** When a letter has been delivered, or was given up. */
  forget({ file, settles }: Letter): Promise<void> {
    return this.#remove([file, ...settles]);
  }

  /** Takes over what processes have left that are no more, oldest first; what fired there is resolved. */
  claim(): readonly Letter[] {
    const letters: Letter[] = [];
    try {
      for (const folder of foldersIn(this.dir)) letters.push(...this.#claimFolder(folder));
      this.#told.well('claim');
    } catch (error) {
      this.#told.trouble('claim', `${outboxError(this.dir, error).message}; what others left there waits`);
    }
    return letters.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #claimFolder(folder: string): readonly Letter[] {
    const claimer = folder.split('+', 1)[0] ?? '';
    if (folder === UNREADABLE || (claimer !== LEFT && isClaimerAlive(claimer))) return [];
    const mine = join(this.dir, this.#newFolderName());
    if (!renameIfThere(join(this.dir, folder), mine)) return []; // another process was faster
    this.#claimed.push(mine); // whatever happens now, release() lets others have it
    const left = this.#read(mine, LETTER_SUFFIX);
    const letters = [...left.map((one) => ({ ...one, settles: [], kept: Promise.resolve() })), ...this.#resolveLeft(mine, left, this.#read(mine, MARK_SUFFIX))];
    if (letters.length === 0) this.#removeEmpty(mine);
    return letters;
  }

  /** In the dead process's folder, so that these are kept as the others are; marks are removed when what they ask for is on disk. */
  #resolveLeft(folder: string, left: readonly Found[], marks: readonly Found[]): readonly Letter[] {
    const said = [...left, ...marks].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ notification }) => notification);
    // Named to come right behind what that process has said: before anything newer that waits for the same target.
    const newestMs = said.reduce((newest, { at_ms }) => Math.max(newest, at_ms), newestOf(left));
    const ended = leftFiring(said).map((firing): Letter => {
      const name = this.#newName(newestMs + 1);
      const settles = marks.filter((mark) => alertAtTarget(mark.notification) === alertAtTarget(firing)).map(({ file }) => file);
      return { notification: resolvedByDeath(firing, this.now()), file: join(folder, name), name, settles, kept: Promise.resolve() };
    });
    const needed = new Set(ended.flatMap(({ settles }) => settles));
    for (const { file } of marks) if (!needed.has(file)) rmSync(file, { force: true });
    for (const letter of ended) this.#writeNow(letter);
    return ended;
  }

  /** Lets go of everything: what is left is the next process's. */
  async release(): Promise<void> {
    await this.#writing;
    for (const folder of [this.#folder, ...this.#claimed]) {
      try {
        removeDrafts(folder);
        if (!this.#removeEmpty(folder)) renameIfThere(folder, join(this.dir, `${LEFT}+${randomUUID()}`));
      } catch (error) {
        this.#told.trouble('release', `${outboxError(this.dir, error).message}; what is left there waits until this process has ended`);
      }
    }
  }

  #removeEmpty(folder: string): boolean {
    if (filesIn(folder, LETTER_SUFFIX).length > 0 || filesIn(folder, MARK_SUFFIX).length > 0) return false;
    rmSync(folder, { recursive: true, force: true });
    return true;
  }

  async #write({ notification, file, settles }: Omit<Letter, 'kept' | 'name'>, mark: string | null): Promise<void> {
    const text = JSON.stringify(notification);
    try {
      await writeWhole(file, text);
      if (mark !== null) await writeWhole(mark, text);
      for (const one of settles) await rm(one, { force: true });
      await syncFolder(this.#folder);
      this.#told.well('keep');
    } catch (error) {
      this.#tellUnkept(error);
    }
  }

  #writeNow({ notification, file, settles }: Letter): void {
    try {
      writeWholeSync(file, JSON.stringify(notification));
      for (const one of settles) rmSync(one, { force: true });
      this.#told.well('keep');
    } catch (error) {
      this.#tellUnkept(error);
    }
  }

  #tellUnkept(error: unknown): void {
    this.#told.trouble('keep', `${outboxError(this.dir, error).message}; they are sent from memory until then`);
  }

  async #remove(files: readonly string[]): Promise<void> {
    try {
      for (const file of files) await rm(file, { force: true });
      this.#told.well('forget');
    } catch (error) {
      this.#told.trouble('forget', `${outboxError(this.dir, error).message}; what was delivered will be sent again`);
    }
  }

  /** What cannot be read is set aside, so that it holds up nothing else. */
  #read(folder: string, suffix: string): readonly Found[] {
    const unreadable: string[] = [];
    const found = filesIn(folder, suffix).flatMap((name): readonly Found[] => {
      const file = join(folder, name);
      const read = readNotification(file);
      if (typeof read !== 'string') return [{ notification: read, file, name }];
      const aside = join(this.dir, UNREADABLE);
      mkdirSync(aside, { recursive: true, mode: 0o700 });
      renameSync(file, join(aside, `${basename(folder)}-${name}.bad`));
      unreadable.push(`${name} ${read}`);
      return [];
    });
    const [first] = unreadable;
    const others = unreadable.length === 1 ? '' : ` and ${unreadable.length - 1} more`;
    if (first !== undefined) this.onTrouble(`what a process has left in ${this.dir} cannot be sent (${first})${others}: moved to ${join(this.dir, UNREADABLE)}`);
    return found;
  }

  #takeMark(notification: Notification): readonly string[] {
    const alert = runsAlert(notification);
    const mark = this.#marks.get(alert);
    this.#marks.delete(alert);
    return mark === undefined ? [] : [mark];
  }

  #newName(ms: number): string {
    this.#sequence += 1;
    return `${String(ms).padStart(14, '0')}-${String(this.#sequence).padStart(8, '0')}${LETTER_SUFFIX}`;
  }

  #newFolderName(): string {
    return `${this.#claimer}+${randomUUID()}`;
  }
}

function runsAlert({ rule, target, run_id }: Notification): string {
  return JSON.stringify([rule, target, run_id]);
}

/** Of the same name, so that marks and letters sort together. */
function markOf(file: string): string {
  return file.slice(0, -LETTER_SUFFIX.length) + MARK_SUFFIX;
}

/** By their names, which the clock cannot turn round. */
function newestOf(letters: readonly Found[]): number {
  const ms = Number.parseInt(letters.at(-1)?.name ?? '', 10);
  return Number.isNaN(ms) ? 0 : ms;
}

/** @returns why it is none, where it is none */
function readNotification(file: string): Notification | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
  }
  try {
    const parsed = NOTIFICATION.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return 'is not a notification of this version';
}
