// `npm run setup`: prepares the machine and builds, without running anything.
import { prepare } from './prepare.js';

prepare({ tests: process.argv.includes('--tests') });
