// Everything between a fresh clone and a machine that can run or test Hopscope. Plain JavaScript: it runs before anything is installed.
import { buildAll } from './build.js';
import { prepareHost } from './host.js';
import { installPackages, requireGuestPackages } from './packages.js';
import { SetupError } from './step.js';

const OLDEST_NODE = 20;

/** Prepares the machine; prints one clear message and exits when it cannot. */
export function prepare({ tests, guest = false }) {
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new SetupError(`Hopscope runs on Linux on x86-64; this is ${process.platform} on ${process.arch}`);
    if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
      throw new SetupError(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer`);
    if (guest) requireGuestPackages();
    installPackages({ tests });
    prepareHost();
    buildAll({ tests });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    process.exit(1);
  }
}
