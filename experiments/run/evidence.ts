/** Why it was slow and how far the instrument can be trusted, as lines for the terminal. */
import type { Attribution } from '../../collector/attribution/attribute_run.js';
import { sentence } from '../../collector/attribution/sentence.js';
import { formatCount, formatFineNs, formatNs, formatPercent } from '../report/quantity.js';
import type { OwnError } from './own_error.js';
import type { DetailedRun } from './run_summary.js';
import { causeLines } from './table.js';

/** Sentence, causes, belief, own error. */
export function evidenceLines({ attribution, own_error: ownError }: Pick<DetailedRun, 'attribution' | 'own_error'>): readonly string[] {
  return [...(attribution === null ? [] : whyLines(attribution)), ownErrorLine(ownError)];
}

function whyLines(attribution: Attribution): readonly string[] {
  if (attribution.orders === 0) return [sentence(attribution)];
  return ['', sentence(attribution), '', ...causeLines(attribution), '', beliefLine(attribution)];
}

function beliefLine({ explainedShare, shiftedShare, withoutEvent, expectedHypervisor }: Attribution): string {
  const parts = [
    ...(explainedShare === null ? [] : [`kernel events explain ${formatPercent(explainedShare)} of that delay`]),
    ...(shiftedShare === null ? [] : [`moved to random times they give a cause ${formatPercent(shiftedShare)} as often`]),
    `without an event ${formatCount(withoutEvent)}, the hypervisor was to be expected in ${expectedHypervisor.toFixed(1)}`,
  ];
  return parts.join('; ');
}

export function ownErrorLine(error: OwnError): string {
  const { tie, drainNsPerRecord, stealMs } = error;
  const unoptimised = error.sites.filter(({ optimised }) => !optimised).map(({ hop }) => hop);
  const stealNs = Object.values(stealMs).reduce((sum, ms) => sum + ms, 0) * 1e6;
  const parts = [
    `resolution ${formatFineNs(error.resolutionNs)}`,
    `drift ${error.driftPpm.toFixed(2)} ppm`,
    `stamp ${formatFineNs(error.stampNs)}`,
    ...(error.pushNs > 0 ? [`push ${formatFineNs(error.pushNs)}`] : []),
    ...(error.siteNs > 0 ? [`probe hit ${formatFineNs(error.siteNs)}`] : []),
    ...(error.sites.length > 0 ? [unoptimised.length === 0 ? 'sites optimised' : `sites not optimised: ${unoptimised.join(' ')}`] : []),
    ...(tie === null ? [] : [`clock tie ±${formatNs(tie.errorNs)} (worst ±${formatNs(tie.worstNs)}${tie.checkNs > 0 ? `, ${formatNs(tie.checkNs)} beyond it in BPF` : ''})`]),
    ...(drainNsPerRecord === null ? [] : [`collector ${formatFineNs(drainNsPerRecord)} a record`]),
    `and ${formatPercent(error.collectorCpu)} of a core`,
    ...(Object.keys(stealMs).length === 0 ? [] : [`steal ${formatNs(stealNs)}`]),
  ];
  return `own error: ${parts.join(', ')}`;
}
