/** Where the control socket of a run is found: a file in the state folder that only its owner may read. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { stateDirectory } from '../isolation/session.js';
import { ControlError } from './control_error.js';

const AddressSchema = z.object({ run_id: z.string(), host: z.string(), port: z.number(), token: z.string() });
export type ControlAddress = Readonly<z.output<typeof AddressSchema>>;

export function controlFile(runId: string, directory = stateDirectory()): string {
  return path.join(directory, `control-${runId}.json`);
}

export function writeControlFile(address: ControlAddress, file: string): void {
  rmSync(file, { force: true }); // an old file would keep its mode
  writeFileSync(file, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: 'wx' });
}

/** @throws ControlError where the run has none, or it may not be read */
export function readControlFile(runId: string, file = controlFile(runId)): ControlAddress {
  try {
    return AddressSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new ControlError(`${runId} takes no commands: ${file}: ${why}; is it still starting, or was it started with another HOPSCOPE_STATE_DIR?`);
  }
}
