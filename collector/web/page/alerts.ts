/** Alerts: those that are on, those that just ended, and what became of all. A change is also said to those who do not see it. */
import type { ActiveAlertView, AlertEventView, LiveMessage } from '../../live/snapshot.js';
import { byId, element, row, setCells, setClass, setText, sync, within } from './elements.js';
import { formatAge, formatAlertValue, formatClock } from './quantity.js';

/** How long a resolved alert stays in sight. */
const RESOLVED_SHOWN_MS = 30_000;
const MARKS: Readonly<Record<string, string>> = { firing: '▲', pending: '△', resolved: '✓', none: '✓' };

interface Shown {
  readonly key: string;
  readonly state: string;
  readonly rule: string;
  readonly value: string;
  readonly expr: string;
  readonly summary: string;
  readonly age: string;
}

export function alertList(): (message: LiveMessage) => void {
  const [list, said, log, none] = [byId('active-alerts'), byId('alert-said'), byId('log-rows'), byId('log-none')];
  let toldUpTo: number | null = null;
  return ({ atMs, alerts }) => {
    const shown = shownOf(alerts.active, alerts.history, atMs);
    sync(list, shown, (one) => one.key, makeAlert, updateAlert);

    const news = alerts.history.filter((event) => toldUpTo !== null && event.atMs > toldUpTo && event.state !== 'inactive');
    if (news.length > 0) setText(said, news.map((event) => `${event.rule} is ${event.state}, ${formatAlertValue(event)}`).join('. '));
    toldUpTo = Math.max(toldUpTo ?? 0, ...alerts.history.map((event) => event.atMs));

    none.hidden = alerts.history.length > 0;
    within(byId('log'), '.scroll').hidden = alerts.history.length === 0;
    sync(log, alerts.history, keyOf, () => row(['clock', '', '', 'number', '', '']), (made, event) => {
      setClass(made, event.state === 'firing' ? 'bad' : event.state === 'inactive' ? 'quiet' : '');
      setCells(made, [formatClock(event.atMs), event.rule, event.state, formatAlertValue(event), event.expr, event.reason]);
    });
  };
}

function keyOf(event: AlertEventView): string {
  return `${event.runId}/${event.rule}/${event.atMs}/${event.state}`;
}

function shownOf(active: readonly ActiveAlertView[], history: readonly AlertEventView[], nowMs: number): readonly Shown[] {
  const on = [...active].sort((a, b) => a.state.localeCompare(b.state) || a.sinceMs - b.sinceMs).map((alert): Shown => ({
    key: `${alert.runId}/${alert.rule}/${alert.state}`,
    state: alert.state,
    rule: alert.rule,
    value: formatAlertValue(alert),
    expr: alert.expr,
    summary: alert.summary,
    age: `${alert.severity === '' ? '' : `${alert.severity} · `}for ${formatAge(nowMs - (alert.firingSinceMs ?? alert.sinceMs))}`,
  }));
  const isOn = (event: AlertEventView): boolean => active.some((alert) => alert.rule === event.rule && alert.runId === event.runId);
  const justResolved = history.filter((event) => event.state === 'resolved' && nowMs - event.atMs < RESOLVED_SHOWN_MS && !isOn(event));
  const over = justResolved.map((event): Shown => ({
    key: keyOf(event), state: 'resolved', rule: event.rule, value: formatAlertValue(event), expr: event.expr, summary: event.reason, age: `${formatAge(nowMs - event.atMs)} ago`,
  }));
  if (on.length + over.length > 0) return [...on, ...over];
  return [{ key: 'none', state: 'none', rule: '', value: '', expr: '', summary: 'No alert is pending or firing.', age: '' }];
}

function makeAlert(shown: Shown): HTMLElement {
  const made = element('li', shown.state);
  const mark = `${MARKS[shown.state] ?? ''} ${shown.state === 'none' ? '' : shown.state}`.trim();
  if (shown.state === 'none') made.append(element('span', '', `${mark} ${shown.summary}`));
  else made.append(element('span', 'state', mark), element('strong', '', shown.rule), element('span', 'value'), element('code', '', shown.expr), element('span', 'summary', shown.summary), element('span', 'age'));
  return made;
}

function updateAlert(made: HTMLElement, shown: Shown): void {
  if (shown.state === 'none') return;
  setText(within(made, '.value'), shown.value);
  setText(within(made, '.age'), shown.age);
}
