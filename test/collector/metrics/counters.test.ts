import { expect } from 'chai';
import { ALL_COUNTER_NAMES } from '../../../collector/index.js';
import { metricByName } from '../../../collector/metrics/catalogue.js';
import { COUNTER_SERIES, counterSelector } from '../../../collector/metrics/counters.js';

describe('collector/metrics/counters', () => {
  it('shows every counter that a rule can name', () => {
    expect(ALL_COUNTER_NAMES.filter((counter) => counterSelector(counter) === undefined)).to.deep.equal([]);
  });

  it('names metrics of the catalogue, with their labels', () => {
    for (const { metric, labels } of COUNTER_SERIES) {
      expect(metricByName(metric)).to.include({ type: 'counter' });
      expect(Object.keys(labels)).to.deep.equal(metricByName(metric).labels);
    }
  });

  it('gives each counter a series of its own', () => {
    const series = COUNTER_SERIES.map(({ metric, labels }) => `${metric} ${JSON.stringify(labels)}`);
    expect(new Set(series).size).to.equal(series.length);
    expect(new Set(COUNTER_SERIES.map(({ counter }) => counter)).size).to.equal(COUNTER_SERIES.length);
  });

  it('selects one series, or those that a counter is the sum of', () => {
    expect(counterSelector('orders')).to.deep.equal({ metric: 'hopscope_orders_total', matchers: '' });
    expect(counterSelector('journal_lost')).to.deep.equal({ metric: 'hopscope_trace_records_total', matchers: 'kind="journal",fate="lost"' });
    expect(counterSelector('risk_rejects')).to.deep.equal({ metric: 'hopscope_rejects_total', matchers: 'reason=~"risk_.+"' });
    expect(counterSelector('constructor')).to.equal(undefined);
  });
});
