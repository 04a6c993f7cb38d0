// Clang reads every unit a second time, and its static analyzer follows every path of it: ten minutes of two cores, so not with every change.
import { cleanForClangTidy } from '../house/checkers.js';

describe('clang-tidy', function () {
  this.timeout(3_600_000);

  it('has nothing to say, the static analyzer included', async function () {
    await cleanForClangTidy(this);
  });
});
