/** The live page: takes one message a second, shows one engine of those it tells of. */
import type { EngineView, LiveMessage } from '../../live/snapshot.js';
import { actionButtons } from './actions.js';
import { alertList } from './alerts.js';
import { connect } from './connection.js';
import { curveChart } from './curve_chart.js';
import { byId, setText } from './elements.js';
import { engineHeader, engineTabs } from './engine_header.js';
import { historyCharts } from './history_charts.js';
import { hopTable } from './hop_table.js';
import { lossTables } from './losses.js';
import { formatClock } from './quantity.js';

let newest: LiveMessage | null = null;
/** null: the newest that runs. */
let chosenEngine: string | null = null;
let chosenSeries = 'tick_to_ack';

const showHeader = engineHeader();
const showHistory = historyCharts();
const showCurve = curveChart();
const showLosses = lossTables();
const showAlerts = alertList();
const showActions = actionButtons();
const showTabs = engineTabs((key) => {
  chosenEngine = key;
  show();
});
const showHops = hopTable((name) => {
  chosenSeries = name;
  show();
});

function engineOf({ engines }: LiveMessage): EngineView | undefined {
  return engines.find((engine) => engine.key === chosenEngine) ?? engines.find((engine) => engine.phase === 'running') ?? engines[0];
}

function show(): void {
  if (newest === null) return;
  const engine = engineOf(newest);
  document.body.classList.toggle('waiting', engine === undefined);
  showActions(engine ?? null);
  if (engine === undefined) return;
  showTabs(newest.engines, engine.key);
  showHeader(engine);
  showAlerts(newest);
  showHistory(engine);
  showCurve(engine, chosenSeries, newest.curveLevels);
  showHops(engine, chosenSeries);
  showLosses(engine);
}

const connection = byId('connection');
/** What is announced changes only when the state does; the clock beside it is for the eye. */
const connectionText = byId('connection-text');
const clock = byId('clock');
let state = '';

connect(
  (message) => {
    newest = message;
    show();
    document.title = titleOf(message);
    setText(clock, `${formatClock(message.atMs)} UTC`);
  },
  (now, text) => {
    document.body.classList.toggle('stale', now === 'broken');
    if (state !== now + text) {
      state = now + text;
      connection.className = now;
      setText(connectionText, now === 'live' ? 'live' : text);
    }
  },
);

/** So that a tab in the background tells too. */
function titleOf(message: LiveMessage): string {
  const firing = message.alerts.active.filter((alert) => alert.state === 'firing').length;
  return `${firing > 0 ? `▲ ${firing} firing · ` : ''}Hopscope · live ${formatClock(message.atMs)}`;
}
