/** Makes a run that is ready open to commands: its control socket, and the file that says where it is. */
import type { EnginePage } from '../../native/index.js';
import type { Settings } from '../spec/schema.js';
import { CommandDesk } from './command_desk.js';
import { writeControlFile } from './control_file.js';
import { ControlServer } from './control_server.js';

export interface Control {
  close(): void;
}

/** @param file for root alone; the caller removes it */
export async function openControl(runId: string, page: EnginePage, { pipeline: { risk } }: Settings, file: string): Promise<Control> {
  const server = await ControlServer.open(runId, new CommandDesk(page, risk));
  try {
    writeControlFile(server.address, file);
  } catch (error) {
    server.close();
    throw error;
  }
  return server;
}
