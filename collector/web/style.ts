/**
 * The live page's style sheet, in the look of the report: its paper, its inks, its figures. Colours by variable, so that the night swaps
 * only those; the charts read them too. Text never below 12 px.
 */

const COLOURS = `
:root { color-scheme: light dark;
  --paper: #fcfbf8; --panel: #f4f2ec; --ink: #1c1d1f; --quiet: #636569; --rule: #dcd8ce; --grid: #e7e3d9; --focus: #1d5b9e;
  --ok: #1f7a4d; --bad: #b3261e; --warn: #855607; --ok-panel: #e6f1ea; --bad-panel: #f8e6e3; --warn-panel: #f7eedb;
  --feed: #9b8db3; --link: #4f86b5; --oms: #cf9434; --venue: #4a9a78; --journal: #b5647c;
  --v0: #1d5b9e; --v1: #bf4f12; --v2: #237f5d; --v3: #82439c; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #131517; --panel: #1b1e21; --ink: #e6e4df; --quiet: #9b9da0; --rule: #33373b; --grid: #262a2d; --focus: #74aeea;
  --ok: #6cc495; --bad: #f0857b; --warn: #e0ae58; --ok-panel: #17281f; --bad-panel: #331d1b; --warn-panel: #302717;
  --feed: #a99cc4; --link: #6ea3d3; --oms: #dba651; --venue: #62b893; --journal: #d1839a;
  --v0: #74aeea; --v1: #f0935a; --v2: #5fc49c; --v3: #c391dd; } }`;

const TEXT = `
* { box-sizing: border-box; } [hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1480px; padding: 14px 20px 40px; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
code, .number, .value, .clock { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-variant-numeric: tabular-nums; }
code { font-size: 0.93em; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 23px; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; } #variant { color: var(--quiet); font-weight: 400; }
h2 { margin: 0 0 2px; font-size: 15px; font-weight: 650; }
p { margin: 0 0 6px; } .quiet, .note { color: var(--quiet); } .note { font-size: 12.5px; } .bad { color: var(--bad); } .ok { color: var(--ok); } .warn { color: var(--warn); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
button { font: inherit; font-size: 13px; min-height: 32px; padding: 4px 12px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; cursor: pointer; }
button:hover:enabled { background: var(--panel); } button:disabled { cursor: default; color: var(--quiet); background: var(--panel); }
button.grave:enabled { color: var(--bad); border-color: var(--bad); } button.grave:hover:enabled { background: var(--bad-panel); }`;

const TOP = `
#top { display: flex; gap: 16px; align-items: baseline; color: var(--quiet); font-size: 13px; } #top p { margin: 0; } .maker { letter-spacing: 0.02em; }
.dot { display: inline-block; width: 8px; height: 8px; margin-right: 7px; border-radius: 50%; background: var(--quiet); }
#connection { margin-left: auto !important; } #connection.live .dot { background: var(--ok); } #connection.broken { color: var(--bad); } #connection.broken .dot { background: var(--bad); }
#engines { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 10px; } #engines button[aria-pressed=true] { border-color: var(--ink); font-weight: 600; }
#nothing { margin: 18vh auto; text-align: center; color: var(--quiet); } body.waiting #engine, body.waiting #engines, body:not(.waiting) #nothing { display: none; }
#title { display: flex; justify-content: space-between; align-items: flex-start; gap: 16px; margin-top: 10px; }
#facts { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); } #facts b { font-weight: 500; color: var(--ink); }
#facts .bad b { color: var(--bad); } #facts .ok b { color: var(--ok); } #facts .warn b { color: var(--warn); }
#actions { display: flex; gap: 8px; flex: none; }
.stale #engine { opacity: 0.5; }`;

const ALERTS = `
#alerts { margin-top: 12px; } #active-alerts { margin: 0; padding: 0; list-style: none; display: grid; gap: 4px; }
#active-alerts li { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 14px; padding: 7px 14px; border-radius: 6px; border-left: 5px solid var(--rule); background: var(--panel); }
#active-alerts .firing { background: var(--bad-panel); border-color: var(--bad); } #active-alerts .pending { background: var(--warn-panel); border-color: var(--warn); }
#active-alerts .resolved, #active-alerts .none { background: var(--ok-panel); border-color: var(--ok); } #active-alerts .unread { background: var(--panel); }
#active-alerts strong { font-weight: 650; overflow-wrap: anywhere; } #active-alerts .state { font-weight: 600; min-width: 5.2em; } #active-alerts .value { font-size: 15px; }
.firing .state { color: var(--bad); } .pending .state { color: var(--warn); } .resolved .state, .none .state { color: var(--ok); }
#active-alerts .summary { color: var(--quiet); } #active-alerts .age { margin-left: auto; color: var(--quiet); font-size: 12.5px; }`;

const GAUGES = `
#gauges { display: grid; grid-template-columns: repeat(6, 1fr); gap: 1px; margin: 12px 0 0; background: var(--rule); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
#gauges > div { display: flex; flex-direction: column; padding: 8px 14px; background: var(--paper); min-width: 0; }
#gauges dt, #gauges .detail { color: var(--quiet); font-size: 12.5px; } #gauges dd { margin: 0; } #gauges .value { font-size: 22px; line-height: 1.35; letter-spacing: -0.02em; white-space: nowrap; }
#gauges .bad .value { color: var(--bad); }`;

const CHARTS = `
#charts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px 28px; margin-top: 16px; }
figure { margin: 0; min-width: 0; display: flex; flex-direction: column; } figcaption { font-weight: 600; font-size: 13.5px; } figcaption .quiet { font-weight: 400; font-size: 12.5px; }
.legend { display: flex; flex-wrap: wrap; gap: 0 14px; margin: 2px 0 4px; padding: 0; list-style: none; font-size: 12.5px; color: var(--quiet); min-height: 1.5em; flex: 1; align-content: flex-start; } .legend li { display: flex; align-items: center; gap: 6px; white-space: nowrap; }
.legend .key { width: 14px; height: 0; border-top: 2.5px solid; } .legend .value { color: var(--ink); min-width: 5.2em; } .legend .when { margin-left: auto; }
.key.v0 { color: var(--v0); } .key.v1 { color: var(--v1); } .key.v2 { color: var(--v2); } .key.v3 { color: var(--v3); } .key.dashed { border-top-style: dashed; }
figure .plot { height: 200px; } .uplot { font-family: inherit; } .u-hz .u-cursor-x { border-color: var(--quiet); }`;

const TABLES = `
#below { display: grid; grid-template-columns: minmax(0, 1fr) 370px; gap: 0 36px; margin-top: 18px; padding-top: 14px; border-top: 1px solid var(--rule); } #beside section + section { margin-top: 18px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { padding: 2.5px 12px 2.5px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--grid); white-space: nowrap; }
thead th, thead td { color: var(--quiet); font-weight: 500; font-size: 12.5px; border-bottom-color: var(--rule); } thead tr:first-child:not(:last-child) > * { border-bottom: 0; padding-bottom: 0; }
tbody th { font-weight: 500; } .number { text-align: right; } thead th.number, thead th[colspan] { font-family: inherit; text-align: right; } td.number { font-size: 12.5px; } tr.quiet th, tr.quiet td { color: var(--quiet); font-weight: 400; }
tr.bad td, tr.bad th { color: var(--bad); }
.hops tbody th { padding: 0 8px 0 0; } .hops tbody th button { all: unset; display: block; width: 100%; padding: 3px 0 3px 8px; border-left: 3px solid transparent; cursor: pointer; }
.hops tbody th button:hover { background: var(--panel); } .hops tbody th button[aria-pressed=true] { border-color: var(--v0); background: var(--panel); font-weight: 650; }
.hops tbody th button:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
.hops .plot { width: 24%; min-width: 130px; padding: 0 0 0 10px; vertical-align: middle; } .hops .tens { color: var(--quiet); }
.hops tbody.spans tr:first-child > * { border-top: 2px solid var(--rule); }
.track { display: block; width: 100%; height: 14px; } .track rect { shape-rendering: crispEdges; } .track line { stroke: var(--quiet); vector-effect: non-scaling-stroke; }
rect.feed { fill: var(--feed); } rect.link { fill: var(--link); } rect.oms { fill: var(--oms); } rect.venue { fill: var(--venue); } rect.journal { fill: var(--journal); } rect.span { fill: var(--v0); }
.verdict-line { font-size: 13px; }
#log { margin-top: 18px; padding-top: 14px; border-top: 1px solid var(--rule); } #log td:last-child { white-space: normal; min-width: 18em; } .scroll { overflow-x: auto; }`;

const DIALOG = `
dialog { width: min(440px, calc(100vw - 32px)); padding: 20px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 10px; } dialog::backdrop { background: rgb(0 0 0 / 0.45); }
dialog h2 { font-size: 18px; margin-bottom: 6px; } dialog label { display: block; margin-top: 12px; font-size: 13px; color: var(--quiet); }
dialog input { width: 100%; margin: 3px 0 6px; padding: 7px 10px; font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; }
#ask-answer:empty { display: none; } #ask-answer { color: var(--bad); } #ask-answer.ok { color: var(--ok); } .buttons { display: flex; justify-content: flex-end; gap: 8px; margin-top: 14px; }`;

const NARROW = `
@media (max-width: 1100px) { #below { grid-template-columns: minmax(0, 1fr); } #beside { display: grid; grid-template-columns: 1fr 1fr; gap: 0 36px; margin-top: 18px; } #beside section + section { margin-top: 0; } #gauges { grid-template-columns: repeat(3, 1fr); } }
@media (max-width: 900px) { #charts { grid-template-columns: minmax(0, 1fr); } .hops .tens { display: none; } #beside { grid-template-columns: minmax(0, 1fr); gap: 18px; } }
@media (max-width: 560px) {
  body { padding: 12px 14px 36px; } #title { flex-direction: column; gap: 10px; } #actions { width: 100%; } #actions button { flex: 1; min-height: 40px; } h1 { font-size: 21px; }
  #gauges { grid-template-columns: 1fr 1fr; } #gauges > div { padding: 7px 12px; } .hops .plot, .hops .count { display: none; } th, td { padding-right: 8px; } .number:last-child, .hops :nth-child(5) { padding-right: 0; } .hops tbody th button { padding: 6px 0 6px 6px; }
  #active-alerts .age { margin-left: 0; } }
@media (prefers-reduced-motion: no-preference) { .stale #engine { transition: opacity 0.3s; } }`;

export const STYLE = [COLOURS, TEXT, TOP, ALERTS, GAUGES, CHARTS, TABLES, DIALOG, NARROW].join('');
