// Clang's static analyzer follows every path of every unit: near half of clang-tidy's time, so not with every change.
import { cleanForClangTidy } from '../house/checkers.js';

describe('clang static analyzer', function () {
  this.timeout(3_600_000);

  it('has nothing to say', async function () {
    await cleanForClangTidy(this);
  });
});
