/** What can be commanded of a run, by the path that the control socket has for it. */
import { z } from 'zod';
import type { EnginePage } from '../../native/index.js';
import type { RiskSettings } from '../launch/risk_plan.js';
import { flatten } from '../spec/load.js';
import { EngineMailbox } from './engine_mailbox.js';
import { setLimits } from './limit_commands.js';
import { cancelOrder, listOrders, newOrder, replaceOrder, type EngineCommand } from './order_commands.js';

/** A parent order as the OMS has it. */
const RowSchema = z.object({
  name: z.string(), symbol: z.string(), locate: z.number(), side: z.string(), algo: z.string(), state: z.string(),
  quantity: z.number(), filled: z.number(), working: z.number(),
  /** 4 decimals; 0: none. */
  limit_price: z.number(),
  /** Market time. */
  start_ns: z.number(), end_ns: z.number(),
});
export type OrderRow = Readonly<z.output<typeof RowSchema>>;

/** When the OMS took the command, market time; and the parent orders that it concerns, as they were then. */
export const OrderAnswerSchema = z.object({ market_ns: z.number(), parents: z.array(RowSchema).default([]) });
export type OrderAnswer = Readonly<z.output<typeof OrderAnswerSchema>>;
const ListAnswerSchema = OrderAnswerSchema.extend({ all: z.number() });

/** By dotted key, in base units. */
export const LimitsAnswerSchema = z.object({ market_ns: z.number().optional(), limits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) });
export type LimitsAnswer = Readonly<z.output<typeof LimitsAnswerSchema>>;

export const COMMANDS = ['/order/new', '/order/cancel', '/order/replace', '/order/list', '/limits/show', '/limits/set'] as const;
export type CommandPath = (typeof COMMANDS)[number];

export class CommandDesk {
  readonly #mailbox: EngineMailbox;
  #risk: RiskSettings;

  constructor(page: Pick<EnginePage, 'read' | 'ask' | 'answer'>, risk: RiskSettings) {
    this.#mailbox = new EngineMailbox(page);
    this.#risk = risk;
  }

  /** @throws ControlError where it is refused, in one line with the remedy */
  async take(path: CommandPath, body: unknown): Promise<OrderAnswer | LimitsAnswer> {
    switch (path) {
      case '/order/new': return this.#order(newOrder(body));
      case '/order/cancel': return this.#order(cancelOrder(body));
      case '/order/replace': return this.#order(replaceOrder(body));
      case '/order/list': return this.#list();
      case '/limits/show': return { limits: shown(this.#risk) };
      case '/limits/set': return this.#setLimits(body);
    }
  }

  async #order(command: EngineCommand): Promise<OrderAnswer> {
    return OrderAnswerSchema.parse(await this.#mailbox.send(command));
  }

  /** The engine answers with so many at a time. */
  async #list(): Promise<OrderAnswer> {
    const parents: OrderRow[] = [];
    for (;;) {
      const { market_ns, parents: rows, all } = ListAnswerSchema.parse(await this.#mailbox.send(listOrders(parents.length)));
      parents.push(...rows);
      if (rows.length === 0 || parents.length >= all) return { market_ns, parents };
    }
  }

  /** Two that come together: the second one is made of what the first one has left. */
  async #setLimits(body: unknown): Promise<LimitsAnswer> {
    const before = this.#limitsSet;
    const set = before.then(async () => {
      const { command, risk } = setLimits(body, this.#risk);
      const { market_ns } = OrderAnswerSchema.parse(await this.#mailbox.send(command));
      this.#risk = risk;
      return { market_ns, limits: shown(risk) };
    });
    this.#limitsSet = set.catch(() => undefined);
    return set;
  }

  #limitsSet: Promise<unknown> = Promise.resolve();
}

function shown(risk: RiskSettings): LimitsAnswer['limits'] {
  return flatten(risk);
}
