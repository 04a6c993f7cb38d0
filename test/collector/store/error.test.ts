import { expect } from 'chai';
import { firstLine, isDiskFull } from '../../../collector/store/error.js';

describe('store error', () => {
  it("keeps what ClickHouse says and drops what surrounds it", () => {
    expect(firstLine('Code: 62. DB::Exception: Syntax error: failed at position 7 (1): 1. Expected one of: token, Dot. (SYNTAX_ERROR)')).to.equal('Syntax error: failed at position 7 (1): 1');
    expect(firstLine("Code: 60. DB::Exception: Unknown table 'nope'. (UNKNOWN_TABLE) (version 26.7.2.1)\nStack trace:")).to.equal("Unknown table 'nope'.");
    expect(firstLine('something else\nand more')).to.equal('something else');
  });

  it('knows a full disk by ClickHouse, by the kernel, and by Node', () => {
    for (const text of ['Cannot write to file: errno: 28, strerror: No space left on device', 'Code: 243 (NOT_ENOUGH_SPACE)', 'ENOSPC: no space left on device, write']) expect(isDiskFull(text), text).to.equal(true);
    expect(isDiskFull('Memory limit exceeded')).to.equal(false);
  });
});
