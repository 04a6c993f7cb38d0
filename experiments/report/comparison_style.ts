/** Style of the comparison page, beside that of the report. */
export const COMPARISON_STYLE = `
.curve.faint { stroke-width: 1; opacity: 0.28; }
.verdict.better, .verdict.equivalent { background: var(--ok-panel); border-color: var(--ok); } .verdict.worse { background: var(--bad-panel); border-color: var(--bad); }
.verdict + .verdict { margin-top: 8px; } .verdict .said { text-transform: none; } .verdict.better .mark, .verdict.equivalent .mark { color: var(--ok); } .verdict.worse .mark { color: var(--bad); }
.compared td.interval, .shares td.interval { color: var(--quiet); font-size: 12.5px; } .compared .plot, .shares .plot { width: 30%; min-width: 180px; padding: 0 0 0 10px; vertical-align: middle; }
td.better { color: var(--ok); font-weight: 600; } td.worse { color: var(--bad); font-weight: 600; } td.equivalent { color: var(--ok); } .compared td.verdict-cell { white-space: normal; min-width: 8.5em; }
.forest .zero, .share-bar .zero { stroke: var(--ink); stroke-width: 1; vector-effect: non-scaling-stroke; opacity: 0.55; } .forest .least { fill: var(--noise); opacity: 0.22; }
.forest .span, .share-bar .span { stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; } .forest .middle { fill: var(--link); }
rect.rest { fill: var(--none); } .shares tr.rest > * { color: var(--quiet); } .shares tr.sum > * { border-top: 1px solid var(--rule); font-weight: 600; }
.strip circle { stroke: var(--paper); stroke-width: 1; } .strip .v0 { fill: var(--v0); } .strip .v1 { fill: var(--v1); } .strip .v2 { fill: var(--v2); } .strip .v3 { fill: var(--v3); } .strip .v4 { fill: var(--v4); } .strip .v5 { fill: var(--v5); }
.key { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; } .key.v0 { background: var(--v0); } .key.v1 { background: var(--v1); } .key.v2 { background: var(--v2); } .key.v3 { background: var(--v3); } .key.v4 { background: var(--v4); } .key.v5 { background: var(--v5); }
@media screen and (max-width: 1200px) { .chart.strip text { font-size: 14px; } } @media screen and (max-width: 1000px) { .chart.strip text { font-size: 18px; } }
@media screen and (min-width: 560px) and (max-width: 760px) { .chart.strip text { font-size: 12px; } }
@media screen and (max-width: 760px) { .shares .plot { min-width: 110px; } .compared .plot { min-width: 90px; } .compared .wide-only, .compared .interval, .shares .interval { display: none; } .shares th, .shares td.number { padding-right: 8px; }
  .shares thead .plot { white-space: normal; } .compared th, .compared td, .compared td.number { padding-right: 8px; font-size: 12.5px; } .compared td.verdict-cell { min-width: 6em; } }
@media print { .compared .plot, .shares .plot { min-width: 0; } }`;
