/** What forbids a verdict on two sets, and what its reader has to know. One sentence each. */
import { LINKS, carrierOf } from '../spec/links.js';
import { LEAST_RUNS } from '../statistics/samples.js';
import type { MachineSummary, SettingValue } from '../summary.js';
import { validRuns, type RunSet } from './run_set.js';

/** A variant that loses packets at a rate is not slow or fast at it: it does not carry it. */
export function refusals(sets: readonly RunSet[]): readonly string[] {
  return sets.flatMap((set) => {
    const invalid = set.runs.filter(({ valid }) => !valid);
    const [first] = invalid;
    if (first === undefined) return set.runs.length === 0 ? [`${set.name} has no runs`] : [];
    const because = first.invalid_because[0] ?? 'lossless runs alone can be compared; lower pipeline.feed.rate until every variant keeps up';
    return [`${set.name}: ${invalid.length} of ${set.runs.length} runs are invalid (${because})`];
  });
}

export function cautions(base: RunSet, other: RunSet): readonly string[] {
  return [
    ...(!isOtherLink(base, other) ? [] : [`${other.name} ran over ${other.link}, ${base.name} over ${base.link}: the verdict is on build and link together`]),
    ...machineCautions(base, other),
    ...(base.source === other.source ? [] : settingCautions(base, other)),
    ...(base.source === other.source && !isGrouped(base) ? [] : ['they were not run in turns: what the machine did between them is in the difference']),
    ...(base.captured === other.captured ? [] : [`the packets of ${(base.captured ? base : other).name} were captured, those of ${(base.captured ? other : base).name} were not: the copying is in the difference`]),
    ...digestCautions(base, other),
    ...(isSaturated(base) || isSaturated(other) ? ['at full speed (pipeline.feed.rate: max) latencies are those of full queues'] : []),
    ...[base, other].filter((set) => validRuns(set).length < LEAST_RUNS).map((set) => `${set.name} has ${validRuns(set).length} valid ${validRuns(set).length === 1 ? 'run' : 'runs'}; a verdict needs ${LEAST_RUNS}, and 10 are usual`),
  ];
}

/** repeat.order: grouped makes all runs of a variant before the next one's. */
function isGrouped({ settings }: RunSet): boolean {
  return settings['repeat.order'] === 'grouped';
}

/** A link that nobody recorded may be any. */
export function isOtherLink(base: RunSet, other: RunSet): boolean {
  const [before, now] = [base, other].map(({ link }) => LINKS.find((one) => one === link));
  return before === undefined || now === undefined || carrierOf(before) !== carrierOf(now);
}

/** A result without the key says nothing of it. */
const MACHINE_PARTS: readonly { readonly key: keyof MachineSummary; readonly what: string }[] = [
  { key: 'id', what: 'another machine' },
  { key: 'cpu', what: 'another processor' },
  { key: 'kernel', what: 'another kernel' },
  { key: 'build_flags', what: 'other build flags' },
  { key: 'dpdk', what: 'another DPDK' },
  { key: 'hugepages', what: 'another number of hugepages' },
];

function machineCautions(base: RunSet, other: RunSet): readonly string[] {
  return MACHINE_PARTS.flatMap(({ key, what }) => {
    const [before, now] = [base.machine[key] ?? undefined, other.machine[key] ?? undefined];
    return before === undefined || now === undefined || before === now ? [] : [`${what}: ${other.name} ${now}, ${base.name} ${before}`];
  });
}

/** What names or repeats an experiment does not change what it measures. */
const NEUTRAL = /^(name|description|reference|repeat\.(runs|at_most|order|until\..*)|compare\..*)$/;
const MOST_NAMED = 6;

function settingCautions(base: RunSet, other: RunSet): readonly string[] {
  const keys = [...new Set([...Object.keys(base.settings), ...Object.keys(other.settings)])];
  // Without figures.json a set has only the settings in which its variants differ: what it lacks then says nothing.
  const known = isWhole(base) && isWhole(other) ? keys : keys.filter((key) => key in base.settings && key in other.settings);
  const differing = known.filter((key) => !NEUTRAL.test(key) && JSON.stringify(base.settings[key]) !== JSON.stringify(other.settings[key]));
  if (differing.length === 0) return [];
  const shown = differing.slice(0, MOST_NAMED).map((key) => `${key} ${text(other.settings[key])} against ${text(base.settings[key])}`);
  const more = differing.length - shown.length;
  return [`they differ in ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function isWhole({ settings }: RunSet): boolean {
  return 'pipeline.feed.rate' in settings && 'pacing' in settings;
}

function text(value: SettingValue | undefined): string {
  return value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value);
}

function digestCautions(base: RunSet, other: RunSet): readonly string[] {
  const digests = (set: RunSet): ReadonlySet<string> => new Set(validRuns(set).map(({ digest }) => digest).filter((digest) => digest !== ''));
  const [ofBase, ofOther] = [digests(base), digests(other)];
  const uneven = [[base, ofBase], [other, ofOther]] as const;
  const within = uneven.filter(([, found]) => found.size > 1).map(([set]) => `the runs of ${set.name} did not all send the same orders: their digests differ`);
  if (within.length > 0) return within;
  const [one, two] = [[...ofBase][0], [...ofOther][0]];
  return one === undefined || two === undefined || one === two ? [] : ['they did not send the same orders (digests differ): the difference may be one of the work, not of its speed'];
}

function isSaturated({ settings }: RunSet): boolean {
  return settings['pipeline.feed.rate'] === 0 && settings.pacing !== 'lockstep';
}
