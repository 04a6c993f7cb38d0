import { expect } from 'chai';
import { insertFromFile, insertHeadOf, preludeOf, quoteText, statementOf } from '../../../collector/store/statement.js';

describe('store statement', () => {
  it('finds table, columns, settings and format of an INSERT that awaits rows', () => {
    expect(insertHeadOf('INSERT INTO traces FORMAT RowBinary')).to.deep.equal({ target: 'INSERT INTO traces', settings: '', format: 'RowBinary' });
    expect(insertHeadOf(' insert into db.t (a, b)\nSETTINGS async_insert = 0\nFORMAT JSONEachRow;\n')).to.deep.equal({
      target: 'insert into db.t (a, b)',
      settings: 'SETTINGS async_insert = 0',
      format: 'JSONEachRow',
    });
    expect(insertHeadOf('INSERT INTO t VALUES')?.format).to.equal('Values');
  });

  it('takes no other statement for one', () => {
    for (const sql of ['', 'SELECT 1 FORMAT JSON', 'INSERT INTO t SELECT 1', 'CREATE TABLE t (x UInt8)']) expect(insertHeadOf(sql), sql).to.equal(null);
  });

  it('keeps settings in front of the format when the rows come from a file', () => {
    const head = insertHeadOf('INSERT INTO t SETTINGS a = 1 FORMAT RowBinary');
    expect(insertFromFile(head!, "/tmp/it's")).to.equal("INSERT INTO t FROM INFILE '/tmp/it\\'s' SETTINGS a = 1 FORMAT RowBinary");
  });

  it('separates settings and query parameters from what the interface itself understands', () => {
    const query = new URLSearchParams({ query: 'x', database: 'da`ta', default_format: 'JSON', query_id: 'q', wait_end_of_query: '1', max_threads: '2', param_who: "o'b" });
    const statement = statementOf('SELECT 1', query);
    expect(statement).to.deep.equal({ sql: 'SELECT 1', database: 'da`ta', format: 'JSON', settings: { max_threads: '2', param_who: "o'b" } });
    expect(preludeOf(statement)).to.equal("USE `da\\`ta`; SET max_threads = '2', param_who = 'o\\'b'");
  });

  it('lets no name carry SQL into the prelude', () => {
    const statement = statementOf('SELECT 1', new URLSearchParams({ 'a = 1; DROP DATABASE x': '1' }));
    expect(() => preludeOf(statement)).to.throw(RangeError);
    expect(quoteText("\\'")).to.equal("'\\\\\\''");
  });
});
