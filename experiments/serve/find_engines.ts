/** Engines that run on this machine, found by what they leave open to see: each has its telemetry page mapped from /dev/shm. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { NativeError, openPage, type PageView } from '../../native/index.js';
import { identify, type ProcessIdentity } from '../launch/process_identity.js';
import type { EngineAddress } from '../run/recorder.js';
import { ServeError } from './serve_error.js';

const SHARED_MEMORY = '/dev/shm';
const PAGE_PREFIX = 'hopscope-';

export interface FoundEngine extends EngineAddress {
  readonly identity: ProcessIdentity;
  /** As it was when it was found. */
  readonly view: PageView;
}

/** Pages that no engine of this version has made, or whose engine has ended, are passed over. */
export function findEngines(): readonly FoundEngine[] {
  return readdirSync(SHARED_MEMORY).filter((name) => name.startsWith(PAGE_PREFIX)).flatMap((name) => {
    const page = path.join(SHARED_MEMORY, name);
    const view = readPage(page);
    return view === undefined ? [] : (engineAt(view.pid, page, view) ?? []);
  });
}

/** @throws ServeError where that process is no engine */
export function engineOfProcess(pid: number): FoundEngine {
  const maps = mapsOf(pid);
  if (maps === undefined) throw new ServeError(`serve: there is no process ${pid}; pgrep hopscope-engine lists the engines, and without --pid each is found by itself`);
  const page = pageIn(maps);
  if (page === undefined) throw new ServeError(`serve: process ${pid} is no engine of hopscope (it maps no telemetry page of ${SHARED_MEMORY}); pgrep hopscope-engine lists the engines`);
  let view: PageView;
  try {
    const opened = openPage(page);
    view = opened.read();
    opened.close();
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    throw new ServeError(`serve: the engine ${pid} cannot be read: ${error.message}`);
  }
  if (view.pid !== pid) throw new ServeError(`serve: process ${pid} only reads the page of engine ${view.pid}; write --pid ${view.pid}`);
  const found = engineAt(pid, page, view);
  if (found === undefined) throw new ServeError(`serve: process ${pid} has just ended`);
  return found;
}

/** `tick-to-ack-20260301-093000-k3f9q-2` -> `tick-to-ack`; an id of another make is its own name. */
export function experimentOf(runId: string): string {
  return /^(.+)-\d{8}-\d{6}-[0-9a-z]{5}-\d+$/.exec(runId)?.[1] ?? runId;
}

/** `…/hopscope-engine-dpdk` -> `dpdk` */
export function buildOf(executable: string): string {
  return /hopscope-engine-([a-z0-9_]+)/.exec(path.basename(executable))?.[1] ?? path.basename(executable);
}

/** The page's file, of the lines of /proc/PID/maps. */
export function pageIn(maps: string): string | undefined {
  return /\s(\/dev\/shm\/hopscope-[^\s]+)$/m.exec(maps)?.[1];
}

/** Undefined unless that very process has that very page: its pid may be another's by now. */
function engineAt(pid: number, page: string, view: PageView): FoundEngine | undefined {
  const identity = identify(pid);
  const maps = mapsOf(pid);
  if (identity === undefined || maps === undefined || pageIn(maps) !== page) return undefined;
  try {
    return { pid, page, view, identity, executable: readlinkSync(`/proc/${pid}/exe`) };
  } catch {
    return undefined; // it has just ended
  }
}

function readPage(file: string): PageView | undefined {
  try {
    const page = openPage(file);
    try {
      return page.read();
    } finally {
      page.close();
    }
  } catch (error) {
    if (error instanceof NativeError) return undefined; // half made, or of another version
    throw error;
  }
}

function mapsOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8');
  } catch {
    return undefined;
  }
}
