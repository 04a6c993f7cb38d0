/**
 * What `hopscope run` and `hopscope serve` say to each other over the socket: one JSON object a line.
 *
 * run asks (`id`, `call`), serve answers each with the same id, in any order; between, serve tells of itself (`event`), at least twice a
 * second while a recording is open, so that silence means that it hangs. When run closes the connection, or dies, serve finishes what is left.
 */
import { z } from 'zod';
import { RuleError, parseRules, type LatencyHistogram } from '../../collector/index.js';
import type { Recorded, RecordingRequest } from '../run/recorder.js';
import { NO_RECORDS, type RecordedCounts } from '../run/recording.js';

/** Raised whenever a message changes its meaning: both sides then refuse each other, with the remedy. */
export const PROTOCOL_VERSION = 1;

/** How often serve tells of an open recording. */
export const PROGRESS_MS = 400;
/** Such a silence means that the other side hangs. */
export const SILENCE_MS = 10_000;

/** Characters of a sentence. */
export const TEXT_LIMIT = 4_096;

const text = z.string().max(TEXT_LIMIT);
const runId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
const bytes = z.number().int().positive();

const CountsMessage: z.ZodType<RecordedCounts> = z.object(Object.fromEntries(Object.keys(NO_RECORDS).map((name) => [name, z.number()])) as unknown as Readonly<Record<keyof RecordedCounts, z.ZodNumber>>);

/** Names of features are checked where they are used. */
const deny = z.array(text).readonly();

/** As writtenRule() writes them: checked by whoever checks an experiment's file. */
const RulesMessage = z.array(z.unknown()).transform((written, context) => {
  try {
    return parseRules(written);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const RequestMessage = z.strictObject({
  of: z.strictObject({ runId, experiment: text, variant: text, build: text, lane: text }),
  lane: z.strictObject({
    lane: z.enum(['stream', 'capsule', 'hops']), threads: z.number().int().positive(), ringBytes: bytes, outputBytes: bytes, sample: z.number().int().positive(), runId, deny,
  }).optional(),
  stalls: z.strictObject({ runId, outputBytes: bytes, syscalls: z.boolean(), deny }).optional(),
  tail: z.union([z.literal('off'), z.number(), z.record(z.string(), z.number())]),
  rules: RulesMessage,
}) as unknown as z.ZodType<RecordingRequest, RequestSaid>; // `deny` is a list of names that are known here

const EngineMessage = z.strictObject({ pid: z.number().int().positive(), executable: text, page: z.string().regex(/^\/dev\/shm\/hopscope-[A-Za-z0-9._-]+$/) });

/** A request as it is said: rules as they are written. */
export interface RequestSaid extends Omit<RecordingRequest, 'rules' | 'part'> {
  readonly rules: readonly unknown[];
}

/** A question of run's. */
export const CallMessage = z.discriminatedUnion('call', [
  z.strictObject({ id: z.number(), call: z.literal('hello'), version: z.number() }),
  z.strictObject({ id: z.number(), call: z.literal('open'), request: RequestMessage }),
  z.strictObject({ id: z.number(), call: z.literal('begin'), engine: EngineMessage }),
  z.strictObject({ id: z.number(), call: z.literal('measure') }),
  z.strictObject({ id: z.number(), call: z.literal('measured') }),
  z.strictObject({ id: z.number(), call: z.literal('stop') }),
]);

export type Call = z.output<typeof CallMessage>;

/** As it is said. */
export type CallSaid = z.input<typeof CallMessage>;

const HistogramsMessage: z.ZodType<Readonly<Record<string, LatencyHistogram>>> = z.record(
  z.string(),
  z.object({ count: z.number(), maxNs: z.number(), valuesNs: z.array(z.number()).readonly() }),
);

/** What the calls are answered with. */
export const HelloAnswer = z.object({ version: z.number(), pid: z.number(), store: text });
export const OpenAnswer = z.object({ ringMapIds: z.array(z.number()).readonly() });
export const BeginAnswer = z.object({ conditions: z.array(text).readonly() });
export const MeasureAnswer = z.object({ sites: z.array(z.object({ hop: text, sites: z.number(), optimised: z.boolean() })).readonly() });
export const MeasuredAnswer = z.object({});
export const StopAnswer = z.object({
  recorded: z.object({
    counts: CountsMessage,
    quantiles: HistogramsMessage,
    curves: HistogramsMessage,
    stalls: z.object({
      tie: z.object({ pairs: z.number(), errorNs: z.number(), worstNs: z.number(), checkNs: z.number() }),
      totals: z.record(z.string(), z.object({ count: z.number(), totalNs: z.number(), shortCount: z.number() })),
    }).optional(),
    cpu: z.object({ cpuNs: z.number(), wallNs: z.number() }),
  }) as unknown as z.ZodType<Recorded>, // an absent key and one that is undefined are one in JSON
  failure: text.nullable(),
});

export type Hello = z.output<typeof HelloAnswer>;

/** What serve says: an answer, a refusal, or an event. */
export const SaidMessage = z.union([
  z.object({ id: z.number(), answer: z.unknown() }),
  z.object({ id: z.number(), refused: text }),
  z.object({ event: z.literal('progress'), counts: CountsMessage, failure: text.nullable() }),
  z.object({ event: z.literal('abort'), reason: text }),
  /** Serve is told to stop: it stores what it has, and takes no more. */
  z.object({ event: z.literal('ending') }),
]);

export type Said = z.output<typeof SaidMessage>;
