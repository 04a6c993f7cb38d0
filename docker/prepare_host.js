// Hugepages and the file systems of tracing, as the set-up does it outside containers.
import { prepareHost } from '../setup/host.js';

prepareHost();
