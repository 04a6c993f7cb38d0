/** Style of what tells why: causes, timelines and the heat map. Hops have muted colours, causes vivid ones, so that neither is taken for the other. */

export const EVIDENCE_COLOURS =
  '--scheduler: #d0342c; --interrupt: #6d3bd1; --memory: #00828a; --call: #1763d6; --outside: #3a3d42; --queue: #7a5c00; --none: #a39d8f; --on-cause: #fff; --heat: #1d5b9e;';
export const EVIDENCE_DARK =
  '--scheduler: #ff7468; --interrupt: #b898ff; --memory: #3fc7cc; --call: #74a9ff; --outside: #d5d2ca; --queue: #d9b441; --none: #7d7a72; --on-cause: #131517; --heat: #7fb6ee;';

const CAUSES = `
.event { stroke: none; } .event.scheduler { fill: var(--scheduler); } .event.interrupt { fill: var(--interrupt); } .event.memory { fill: var(--memory); } .event.call { fill: var(--call); } .event.outside { fill: var(--outside); } .event.queue { fill: var(--queue); } .event.none { fill: var(--none); }
path.event.none { stroke: var(--none); stroke-width: 2; }
.dot { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; }
.dot.scheduler { background: var(--scheduler); } .dot.interrupt { background: var(--interrupt); } .dot.memory { background: var(--memory); } .dot.call { background: var(--call); } .dot.outside { background: var(--outside); } .dot.queue { background: var(--queue); } .dot.none { background: var(--none); }
.sentence { max-width: 78ch; margin: 10px 0 14px; font-size: 19px; line-height: 1.45; } .sentence::first-letter { text-transform: uppercase; }
.causes .plot { width: 34%; min-width: 90px; vertical-align: middle; } .causes { margin-bottom: 4px; } .value.bad { color: var(--bad); } #why > .note { margin-top: 14px; } .pair + .note { margin-top: 10px; }`;

const LANES = `
.lane { position: relative; min-width: 0; } .lane .inside { position: absolute; top: 0; bottom: 0; display: flex; align-items: center; justify-content: center; container-type: inline-size; overflow: hidden; pointer-events: none; color: #16181a; font-size: 12px; white-space: nowrap; }
.inside i { font-style: normal; padding: 0 4px; overflow: hidden; text-overflow: ellipsis; } .inside code { font-size: 1em; overflow-wrap: normal; } @container (max-width: 58px) { .inside i { display: none; } }
.tail { margin: 0 0 12px; } .tail .track { height: 30px; border-radius: 4px; } .tail rect { stroke: var(--paper); stroke-width: 1; vector-effect: non-scaling-stroke; } .tail .inside { color: var(--on-cause); font-size: 13px; } .tail .inside.none { color: #16181a; }
.slows { margin: 8px 0 4px; padding: 0; list-style: none; } .slow { padding: 12px 0 10px; border-top: 1px solid var(--grid); } .slow:first-child { border-top: 0; }
.slow-head { display: flex; flex-wrap: wrap; gap: 2px 16px; align-items: baseline; margin: 0 0 6px; font-size: 14px; } .slow-head .rank { width: 1.4em; color: var(--quiet); font-size: 13px; } .slow-head .took { font-size: 17px; letter-spacing: -0.01em; } .suspect { font-weight: 600; } .suspect.quiet { font-weight: 400; }
.timeline .row { display: grid; grid-template-columns: 190px 1fr 104px; gap: 0 12px; align-items: center; }
.timeline .what { font-size: 13px; text-align: right; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .timeline .row .took { font-size: 12.5px; white-space: nowrap; }
.timeline .track { height: 20px; } .timeline .hops-row .track { height: 26px; } .hops-row .what { color: var(--quiet); } .hops-row rect { stroke: var(--paper); stroke-width: 0.75; vector-effect: non-scaling-stroke; }
.timeline .axis div { height: 16px; color: var(--quiet); } .timeline .axis .first { transform: none; } .timeline .axis .last { transform: translateX(-100%); } .timeline .axis span:first-child { transform: translateX(-50%); } .timeline .axis span.first:first-child { transform: none; }
.shade { fill: var(--ink); opacity: 0.055; } .nothing { position: absolute; left: 6px; top: 0; line-height: 20px; font-size: 12.5px; color: var(--quiet); }
.rest { margin: 2px 0 0 202px; font-size: 12.5px; color: var(--quiet); }`;

const HEAT = `
.heat { fill: var(--heat); } .s1 { opacity: 0.36; } .s2 { opacity: 0.48; } .s3 { opacity: 0.6; } .s4 { opacity: 0.72; } .s5 { opacity: 0.86; } .s6 { opacity: 1; }
.events path { stroke: var(--paper); stroke-width: 0.8; } .limit line { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 5 4; opacity: 0.6; } .chart .limit text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3; }
.own-error { width: 100%; } .own-error .figure { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; } .own-error td.meaning { max-width: 34em; }`;

/** Drawn text shrinks with its picture: it is set larger where the picture is drawn smaller, so that it stays above 11 px. */
const SCALED_TEXT = `
@media screen and (max-width: 1140px) { .wide .chart text { font-size: 13.5px; } } @media screen and (max-width: 960px) { .wide .chart text { font-size: 16px; } }
@media screen { .charts .chart text { font-size: 12.5px; } }
@media screen and (min-width: 480px) and (max-width: 760px) { .narrow .chart text { font-size: 8.6px; } }`;

export const EVIDENCE = [CAUSES, LANES, HEAT].join('');

export const EVIDENCE_NARROW = `${SCALED_TEXT}
@media screen and (max-width: 760px) {
  .sentence { font-size: 17px; } .rest { margin-left: 0; }
  .timeline .row { grid-template-columns: 1fr auto; gap: 0 8px; } .timeline .what { text-align: left; } .timeline .row .took { grid-column: 2; grid-row: 1; } .timeline .lane, .timeline .axis { grid-column: 1 / -1; grid-row: 2; }
  .hops-row .what { display: none; } .timeline .track { height: 16px; } .nothing { line-height: 16px; } .axis-row .what, .axis-row .took { display: none; }
  .slow-head { gap: 0 10px; } .slow-head .hop, .slow-head .suspect { flex-basis: 100%; } .slow-head .rank { width: auto; }
  .own-error.single tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--grid); padding: 5px 0; } .own-error.single tr > * { border: 0; padding: 0; } .own-error.single .figure { text-align: right; max-width: 60vw; } .own-error.single .meaning { grid-column: 1 / -1; font-size: 12.5px; }
  .causes .plot { display: none; } .causes th, .causes td, .causes td.number { padding-right: 9px; font-size: 12.5px; } }`;
