/**
 * Commands about parent orders: from what a trader has written to what the engine takes (engine/control/command_text.h). A new one is written
 * as under `pipeline.oms.parents`, but its times count from when the OMS takes it.
 */
import { z } from 'zod';
import { parentPlan, pricePlan } from '../launch/parent_plan.js';
import { Parent, parentConflicts, type ParentSettings } from '../spec/parents.js';
import { readVolumeCurve } from '../spec/volume_curve.js';
import { checked } from './checked.js';
import { ControlError } from './control_error.js';
import { inWords } from './in_words.js';

export type EngineCommand = Readonly<Record<string, unknown>> & { readonly command: 'new' | 'cancel' | 'replace' | 'list' | 'limits' };

/** Where an experiment has a parent order. */
const PARENT = ['pipeline', 'oms', 'parents', 0] as const;

const Name = Parent.shape.name;
const NewOrder = z.strictObject({ parent: z.record(z.string(), z.unknown()) });
const NamedOrder = z.strictObject({ name: Name });
const Change = z.strictObject({
  name: Name,
  quantity: Parent.shape.quantity.optional(),
  /** none: it has no limit any more. */
  limit: z.union([z.literal('none'), Parent.shape.limit.unwrap()]).optional(),
  end: Parent.shape.end.optional(),
});

export function newOrder(given: unknown): EngineCommand {
  const { parent: written } = checked(NewOrder, given, []);
  const parent: ParentSettings = checked(Parent, written, PARENT);
  for (const { at: [, ...at], what } of parentConflicts([parent])) throw new ControlError([at.join('.'), what].filter((part) => part !== '').join(': '));
  const { curve } = parent;
  if (curve === 'history') throw new ControlError('curve: history is learned in the warm-up, which is over; name a file with one volume a line');
  const fault = curve === undefined ? undefined : readVolumeCurve(curve).fault;
  if (fault !== undefined) throw new ControlError(`curve: ${fault}`);
  return { command: 'new', what: inWords(`order new ${parent.name}`, withoutName(written)), parent: parentPlan(parent) };
}

export function cancelOrder(given: unknown): EngineCommand {
  const { name } = checked(NamedOrder, given, []);
  return { command: 'cancel', what: `order cancel ${name}`, name };
}

export function replaceOrder(given: unknown): EngineCommand {
  const { name, quantity, limit, end } = checked(Change, given, []);
  if (quantity === undefined && limit === undefined && end === undefined) throw new ControlError('nothing is to be changed; write quantity, limit (a price or none), or end');
  return {
    command: 'replace', what: inWords(`order replace ${name}`, withoutName(given)), name,
    ...(quantity === undefined ? {} : { quantity }),
    ...(limit === undefined ? {} : { limit_price: limit === 'none' ? 0 : pricePlan(limit) }),
    ...(end === undefined ? {} : { end_ns: end }),
  };
}

/** The other keys, as they were written. */
function withoutName(given: unknown): object {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([key]) => key !== 'name'));
}

export function listOrders(from: number): EngineCommand {
  return { command: 'list', from };
}
