/** The engine's result file: what it knows at its end and the telemetry page has no room for. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const EngineResultSchema = z.object({
  digest: z.object({ orders: z.string(), books: z.string().default(''), journal: z.string().nullable(), oms: z.string().nullable().default(null), null_because: z.string().default('') }),
  /** Messages sent, by ITCH type. */
  feed: z.object({ types: z.record(z.string(), z.number()).default({}) }).prefault({}),
  /** How often the journal's blocks were all in flight and the venue had to wait. */
  journal_stalls: z.number().default(0),
  /** The same of the OMS and its own journal. */
  oms_journal_stalls: z.number().default(0),
  /** Why its memory could not be locked; empty where it was. */
  unlocked_because: z.string().default(''),
  /** How the links work, where the build has something to say. */
  conditions: z.string().default(''),
  durable_kind: z.string().nullable().default(null),
  /** What each venue charged and could not take, in its profile's order. */
  venues: z.array(z.object({
    name: z.string(),
    made_shares: z.number(), taken_shares: z.number(),
    make_fees_micros: z.number(), take_fees_micros: z.number(),
    queue_rejects: z.number(),
    clamped: z.number(), unresolved: z.number(), outside: z.number(), bookless: z.number(),
  })).default([]),
  risk_rejects: z.record(z.string(), z.number()).default({}),
  /** Of each venue whose shadow takes them. */
  snapshots: z.array(z.object({
    venue: z.number(), taken: z.number(), last_record: z.number(), longest_ns: z.number(), replayed: z.number(), error: z.string(),
  })).default([]),
  /** Absent where nothing was captured. */
  capture: z.object({ packets: z.number(), lost: z.number(), error: z.string() }).optional(),
});

export type EngineResult = Readonly<z.output<typeof EngineResultSchema>>;

/** An engine that died wrote none. */
export function readEngineResult(file: string): EngineResult | undefined {
  try {
    return EngineResultSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
