import { EVIDENCE, EVIDENCE_COLOURS, EVIDENCE_DARK, EVIDENCE_NARROW } from './evidence_style.js';

/** The style sheet. One column of 1,160 px at most, text never below 12 px; colours by variable, so that dark and print swap only those. */

const COLOURS = `
:root { color-scheme: light dark;
  --paper: #fcfbf8; --panel: #f4f2ec; --ink: #1c1d1f; --quiet: #686b70; --rule: #dcd8ce; --grid: #e7e3d9; --noise: #8a8577;
  --ok: #1f7a4d; --bad: #b3261e; --warn: #94620a; --ok-panel: #e6f1ea; --bad-panel: #f8e6e3; --warn-panel: #f7eedb;
  --feed: #9b8db3; --link: #4f86b5; --oms: #cf9434; --venue: #4a9a78; --journal: #b5647c;
  --v0: #1d5b9e; --v1: #bf4f12; --v2: #237f5d; --v3: #82439c; --v4: #8a6a00; --v5: #a83262; --floor: #77736a; ${EVIDENCE_COLOURS} }
@media screen and (prefers-color-scheme: dark) { :root {
  --paper: #131517; --panel: #1b1e21; --ink: #e6e4df; --quiet: #989a9d; --rule: #33373b; --grid: #262a2d; --noise: #8d8a82;
  --ok: #6cc495; --bad: #f0857b; --warn: #e0ae58; --ok-panel: #17281f; --bad-panel: #331d1b; --warn-panel: #302717;
  --feed: #a99cc4; --link: #6ea3d3; --oms: #dba651; --venue: #62b893; --journal: #d1839a;
  --v0: #74aeea; --v1: #f0935a; --v2: #5fc49c; --v3: #c391dd; --v4: #d3b246; --v5: #ec86ad; --floor: #9a968c; ${EVIDENCE_DARK} } }`;

const TEXT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1200px; padding: 24px 20px 48px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
code, .number, .value, .ticks, .took, .axis, .balances { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-variant-numeric: tabular-nums; }
code { font-size: 0.92em; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 4px; font-size: 18px; font-weight: 650; }
h3 { margin: 18px 0 6px; font-size: 14px; font-weight: 650; overflow-wrap: anywhere; }
h4 { margin: 12px 0 2px; font-size: 13px; }
p { margin: 0 0 8px; }
section { margin-top: 36px; padding-top: 20px; border-top: 1px solid var(--rule); }
#verdict { margin-top: 16px; padding-top: 0; border: 0; }
.maker { margin: 0 0 2px; color: var(--quiet); font-size: 13px; letter-spacing: 0.02em; }
.when, .note, .quiet { color: var(--quiet); }
.when { margin: 4px 0 0; font-size: 13px; }
.note { max-width: 82ch; font-size: 13.5px; }
.empty { padding: 14px 0; color: var(--quiet); font-size: 13px; }
.ok .mark, .ok > .mark { color: var(--ok); } .bad .mark, td.bad, span.bad { color: var(--bad); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
nav { margin-top: 10px; font-size: 13px; } nav a { margin-right: 14px; color: var(--quiet); text-underline-offset: 3px; display: inline-block; }
details { margin-top: 14px; } summary { cursor: pointer; font-size: 14px; color: var(--quiet); } summary:hover { color: var(--ink); }
footer { margin-top: 40px; color: var(--quiet); font-size: 13px; }`;

const HEADER = `
.verdict { display: flex; gap: 14px; align-items: baseline; padding: 12px 16px; border-radius: 6px; background: var(--warn-panel); border-left: 5px solid var(--warn); }
.verdict.pass { background: var(--ok-panel); border-color: var(--ok); } .verdict.fail { background: var(--bad-panel); border-color: var(--bad); }
.verdict .mark { font-size: 22px; line-height: 1; font-weight: 700; color: var(--warn); }
.verdict.pass .mark { color: var(--ok); } .verdict.fail .mark { color: var(--bad); }
.verdict strong { margin-right: 6px; font-size: 17px; text-transform: capitalize; } .verdict ul { margin: 6px 0 0; padding-left: 18px; overflow-wrap: anywhere; }
.gauges { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 16px 0; background: var(--rule); border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
.gauges h3 { grid-column: 1 / -1; margin: 0; padding: 8px 16px; background: var(--panel); }
.gauge { display: flex; flex-direction: column; padding: 12px 16px; background: var(--paper); min-width: 0; }
.gauge .label, .gauge .detail { color: var(--quiet); font-size: 12.5px; } .gauge .value { font-size: 25px; line-height: 1.35; letter-spacing: -0.02em; white-space: nowrap; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 40px; align-items: start; } .columns > * { min-width: 0; }
.columns > div > h3:first-child { margin-top: 8px; }
.meaning p { max-width: 70ch; font-size: 14px; }`;

const TABLES = `
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--grid); white-space: nowrap; }
thead th, thead td { color: var(--quiet); font-weight: 500; font-size: 12.5px; border-bottom-color: var(--rule); }
tbody th { font-weight: 500; } th.number, td.number { text-align: right; } thead th.number { font-family: inherit; }
td.number { font-size: 13px; } td.mark { width: 1.6em; font-weight: 700; }
.hops tbody th, .facts tbody th { position: sticky; left: 0; background: var(--paper); z-index: 1; }
.hops tbody.spans tr:first-child > * { border-top: 2px solid var(--rule); }
.hops .plot { width: 26%; min-width: 190px; padding: 0 0 0 8px; vertical-align: middle; }
.facts { width: auto; min-width: 60%; } .facts tbody th { color: var(--quiet); font-weight: 400; padding-right: 24px; } .facts td { white-space: normal; min-width: 11em; }
.facts td.number { min-width: 0; white-space: nowrap; }
.alerts tbody th { color: var(--ink); white-space: normal; min-width: 9em; } .alerts th .quiet { font-size: 12.5px; } .alerts .plain { margin: 0; font-size: inherit; } .alerts .plain li { padding: 0; }
.plain, .balances { margin: 0 0 12px; padding: 0; list-style: none; font-size: 13.5px; } .plain li { padding: 3px 0; } .balances .mark { font-weight: 700; }`;

const CHARTS = `
figure { margin: 14px 0 0; min-width: 0; } figcaption { font-size: 13.5px; margin-bottom: 4px; } .charts figure { display: flex; flex-direction: column; } .charts figcaption { flex: 1; }
.chart { display: block; width: 100%; height: auto; touch-action: pan-y; } .chart text { fill: var(--quiet); font-size: 11.5px; }
.narrow { display: none; }
.grid line { stroke: var(--grid); stroke-width: 1; vector-effect: non-scaling-stroke; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; } .curve.dashed { stroke-dasharray: 6 4; } .curve.dotted { stroke-dasharray: 1.5 4; stroke-linecap: round; stroke-width: 2.4; }
.v0 { stroke: var(--v0); } .v1 { stroke: var(--v1); } .v2 { stroke: var(--v2); } .v3 { stroke: var(--v3); } .v4 { stroke: var(--v4); } .v5 { stroke: var(--v5); } .curve.floor { stroke: var(--floor); }
.marks.floor { fill: var(--floor); } .marks.v0 { fill: var(--v0); } .marks.v1 { fill: var(--v1); } .marks.v2 { fill: var(--v2); } .marks.v3 { fill: var(--v3); } .marks.v4 { fill: var(--v4); } .marks.v5 { fill: var(--v5); } .marks { stroke: var(--paper); stroke-width: 1; }
.noise { fill: var(--noise); opacity: 0.13; } .target line { stroke: var(--ink); stroke-width: 1.6; } .target path { fill: var(--ink); }
.cursor { stroke: var(--ink); stroke-width: 1; opacity: 0; } .cursor.on { opacity: 0.5; }
.readout { display: block; min-height: 1.5em; color: var(--quiet); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 4px 0 6px; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); } .legend li { display: flex; align-items: center; gap: 6px; } .legend svg { flex: none; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 10px 24px; }
rect.feed { fill: var(--feed); } rect.link { fill: var(--link); } rect.oms { fill: var(--oms); } rect.venue { fill: var(--venue); } rect.journal { fill: var(--journal); }
.track { display: block; width: 100%; height: 16px; } .track rect { shape-rendering: crispEdges; }
.beyond { stroke: var(--journal); stroke-dasharray: 3 3; vector-effect: non-scaling-stroke; fill-opacity: 0.45; }
.range .body { fill: var(--link); } .range .whisker, .range .rare { stroke: var(--quiet); stroke-width: 1; vector-effect: non-scaling-stroke; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 40px; } .pair > * { min-width: 0; }
.waterfall { table-layout: fixed; } .waterfall th, .waterfall td { padding: 0; border: 0; vertical-align: middle; } .waterfall .track { height: 22px; } .waterfall thead th { padding-bottom: 4px; }
.waterfall tbody th { font-size: 13px; } .waterfall th:first-child { width: 112px; } .waterfall .number { width: 76px; padding-left: 8px; } .waterfall .number:last-child { width: 48px; }
.waterfall tr:not(.aside) + tr.aside > * { border-top: 1px solid var(--rule); }
.axis div { position: relative; height: 18px; font-size: 11.5px; } .axis span { position: absolute; transform: translateX(-50%); } .axis span:first-child { transform: none; }`;

const NARROW = `
@media screen and (max-width: 760px) {
  body { padding: 16px 14px 40px; } h1 { font-size: 24px; } section { margin-top: 28px; }
  .gauges { grid-template-columns: 1fr 1fr; } .gauge { padding: 10px 12px; } .gauge .value { font-size: 21px; }
  .columns, .pair { grid-template-columns: 1fr; } .wide { display: none; } .narrow { display: block; }
  .charts { grid-template-columns: 1fr; }
  .alerts, .alerts tbody { display: block; } .alerts thead { display: none; } .alerts tr { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 14px; padding: 10px 0; border-bottom: 1px solid var(--rule); }
  .alerts tbody th, .alerts tr td { position: static; min-width: 0; padding: 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; } .alerts tbody th, .alerts .rule, .alerts .told { grid-column: 1 / -1; }
  .alerts td[data-label]::before { content: attr(data-label); display: block; color: var(--quiet); font-family: system-ui, sans-serif; font-size: 12px; }
  .waterfall th:first-child { width: 100px; } .waterfall .number { width: 66px; padding-left: 6px; } .waterfall .number:last-child { width: 40px; } }`;

const PRINT = `
@media print {
  :root { --paper: #fff; } .wide .chart { overflow: visible; } .wide .chart text { font-size: 13px; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav, .readout, .cursor { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section { break-inside: auto; } figure, tr, .gauges, .verdict, .slow { break-inside: avoid; } h2, h3, figcaption, .note { break-after: avoid; }
  .scroll { overflow: visible; } table { font-size: 8pt; } th, td, td.number { padding-right: 6px; font-size: 8pt; } .hops .plot { min-width: 0; width: 16%; }
  .hops tbody th, .facts tbody th { position: static; } }`;

export const STYLE = [COLOURS, TEXT, HEADER, TABLES, CHARTS, EVIDENCE, NARROW, EVIDENCE_NARROW, PRINT].join('');
