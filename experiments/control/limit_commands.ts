/** Other limits for the risk gate while it runs: some keys of `pipeline.risk`, the others stay. */
import { z } from 'zod';
import { riskPlan, type RiskSettings } from '../launch/risk_plan.js';
import { isRecord, setAt } from '../spec/document.js';
import { Risk } from '../spec/schema.js';
import { checked } from './checked.js';
import { ControlError } from './control_error.js';
import { inWords } from './in_words.js';
import type { EngineCommand } from './order_commands.js';

const RISK = ['pipeline', 'risk'] as const;
const NewLimits = z.strictObject({ risk: z.record(z.string(), z.unknown()) });

/** What cannot change while it runs, and why. */
const FIXED: Readonly<Record<string, string>> = {
  self_cross: 'the orders that rest already are not known to it, so it stays as it was at the start; set it in the experiment',
  name: 'is what a variant of an experiment is called; remove it',
};

export interface LimitChange {
  readonly command: EngineCommand;
  /** All limits, as they are once the engine has taken it. */
  readonly risk: RiskSettings;
}

export function setLimits(given: unknown, now: RiskSettings): LimitChange {
  const { risk: written } = checked(NewLimits, given, []);
  const keys = leafKeys(written);
  if (keys.length === 0) throw new ControlError('nothing is to be changed; write for example max_quantity=500 or symbol.max_position=2000');
  for (const [key, why] of Object.entries(FIXED)) if (key in written) throw new ControlError(`${key}: ${why}`);
  const read = checked(Risk, written, RISK);
  const risk = structuredClone(now);
  for (const key of keys) setAt(risk, key, valueAt(read, key));
  return { command: { command: 'limits', what: inWords('limits set', written), risk: riskPlan(risk) }, risk };
}

/** Dotted keys of everything that is no map. */
function leafKeys(given: Readonly<Record<string, unknown>>, prefix = ''): readonly string[] {
  return Object.entries(given).flatMap(([key, value]) => (isRecord(value) ? leafKeys(value, `${prefix}${key}.`) : [`${prefix}${key}`]));
}

function valueAt(data: object, key: string): unknown {
  return key.split('.').reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), data);
}
