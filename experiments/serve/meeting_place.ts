/** Where `hopscope serve` is met on this machine: its socket, and the token for what changes state. Both are for root alone. */
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { stateDirectory } from '../isolation/session.js';

export function socketFile(directory = stateDirectory()): string {
  return path.join(directory, 'serve.sock');
}

export function tokenFile(directory = stateDirectory()): string {
  return path.join(directory, 'serve.token');
}

/** Undefined where nobody listens: no socket, or one that a dead process left. */
export function connectTo(file: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}
