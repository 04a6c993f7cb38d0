/** Which engine it is, how it does, and its six figures. */
import type { EngineView } from '../../live/snapshot.js';
import { byId, element, setClass, setText, sync, within } from './elements.js';
import { formatAge, formatBytes, formatCount, formatNs, formatRate } from './quantity.js';

interface Named {
  readonly name: string;
  readonly text: string;
  readonly mood?: 'ok' | 'warn' | 'bad';
  readonly detail?: string;
}

export function engineHeader(): (engine: EngineView) => void {
  const [experiment, variant, facts, gauges] = [byId('experiment'), byId('variant'), byId('facts'), byId('gauges')];
  return (engine) => {
    setText(experiment, engine.experiment);
    setText(variant, engine.variant === engine.experiment ? '' : engine.variant);
    sync(facts, factsOf(engine), (fact) => fact.name, makeFact, (made, fact) => {
      setClass(made, fact.mood ?? '');
      setText(within(made, 'b'), fact.text);
    });
    sync(gauges, gaugesOf(engine), (gauge) => gauge.name, makeGauge, (made, gauge) => {
      setClass(made, gauge.mood ?? '');
      setText(within(made, '.value'), gauge.text);
      setText(within(made, '.detail'), gauge.detail ?? '');
    });
  };
}

/** One button an engine; shown when there are several. */
export function engineTabs(onChoose: (key: string) => void): (engines: readonly EngineView[], chosen: string) => void {
  const tabs = byId('engines');
  return (engines, chosen) => {
    tabs.hidden = engines.length < 2;
    sync(tabs, engines, (engine) => engine.key, (engine) => {
      const button = element('button');
      button.type = 'button';
      button.addEventListener('click', () => onChoose(engine.key));
      return button;
    }, (made, engine) => {
      setText(made, `${engine.experiment} ${engine.variant} · ${engine.pid} · ${stateText(engine)}`);
      made.setAttribute('aria-pressed', String(engine.key === chosen));
    });
  };
}

function stateText(engine: EngineView): string {
  if (engine.phase === 'ended') return `over (${engine.state})`;
  return engine.phase === 'silent' ? `not heard for ${formatAge(engine.ageMs)}` : engine.state;
}

function factsOf(engine: EngineView): readonly Named[] {
  const { lagMs, pendingBytes } = engine.store;
  const heartbeat = engine.heartbeatAgeMs;
  return [
    { name: '', text: stateText(engine), mood: engine.phase === 'silent' || engine.state === 'failed' ? 'bad' : engine.phase === 'running' ? 'ok' : 'warn' },
    ...(engine.killed ? [{ name: 'kill switch', text: 'pulled: no order passes', mood: 'bad' as const }] : []),
    ...(engine.broken ? [{ name: 'breaker', text: 'holds orders back', mood: 'bad' as const }] : []),
    { name: 'build', text: engine.build },
    { name: 'lane', text: engine.lane },
    { name: 'process', text: String(engine.pid) },
    { name: 'heartbeat', text: heartbeat === null ? 'never' : `${formatNs(heartbeat * 1e6)} ago`, ...(engine.phase === 'running' && (heartbeat ?? 0) > 2_000 ? { mood: 'bad' as const } : {}) },
    { name: 'store', text: pendingBytes === 0 ? 'up to date' : `${formatBytes(pendingBytes)} wait, ${formatNs(lagMs * 1e6)}`, ...(lagMs > 5_000 ? { mood: 'bad' as const } : {}) },
    { name: 'run', text: engine.runId },
  ];
}

function gaugesOf(engine: EngineView): readonly Named[] {
  const { history } = engine;
  const [service, response] = ['tick_to_ack', 'tick_to_ack_response'].map((name) => engine.series.find((one) => one.name === name)?.window ?? null);
  const percentile = (name: string, of: 'p50Ns' | 'p99Ns' | 'p999Ns'): Named => ({
    name: `tick_to_ack ${name}`,
    text: service ? formatNs(service[of]) : '–',
    detail: response ? `service; response ${formatNs(response[of])}` : 'service',
  });
  const rate = (values: readonly (number | null)[]): string => {
    const newest = values.at(-1) ?? null;
    return newest === null ? '–' : formatRate(newest);
  };
  const lost = engine.losses.reduce((sum, loss) => sum + loss.total, 0);
  const refused = engine.rejects + engine.riskRejects;
  return [
    { name: 'feed', text: rate(history.feedPps), detail: 'packets to the OMS' },
    { name: 'orders', text: rate(history.ordersPerSecond), detail: `${formatCount(engine.orders)} in all` },
    percentile('p50', 'p50Ns'),
    percentile('p99', 'p99Ns'),
    percentile('p99.9', 'p999Ns'),
    { name: 'lost', text: formatCount(lost), detail: `${formatCount(engine.fills)} fills, ${formatCount(refused)} rejects`, ...(lost > 0 ? { mood: 'bad' as const } : {}) },
  ];
}

function makeFact(fact: Named): HTMLElement {
  const made = element('li');
  if (fact.name !== '') made.append(`${fact.name} `);
  made.append(element('b'));
  return made;
}

function makeGauge(gauge: Named): HTMLElement {
  const made = element('div');
  const value = element('dd');
  value.append(element('div', 'value'), element('div', 'detail'));
  made.append(element('dt', '', gauge.name), value);
  return made;
}
