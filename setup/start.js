// `npm start`: prepares the machine, builds what is missing and runs the main experiment. Arguments go to `hopscope run`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './build.js';
import { prepare } from './prepare.js';

prepare({ tests: false });

const command = [process.execPath, join(root, 'bin', 'hopscope.js'), 'run', join(root, 'experiments', 'tick-to-ack.yaml'), ...process.argv.slice(2)];
if (process.getuid() !== 0) command.unshift('sudo', '-E');
const child = spawn(command[0], command.slice(1), { stdio: 'inherit' });
// A terminal's Ctrl-C reaches the child as well: wait for its clean end instead of leaving first.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => {
  // 0 and 99 (a threshold does not hold) are runs with a report; of anything else the command itself has said what to do.
  if (code === 0 || code === 99)
    console.log('next: open the report named above in a browser; npx hopscope serve shows runs live, npx hopscope run experiments/NAME.yaml makes another one');
  process.exit(signal ? 1 : code);
});
