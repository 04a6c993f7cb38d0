/** Numbers with units as the schema takes them. */
import { z } from 'zod';
import { QuantityError } from '../../collector/index.js';

/** A value read by one of the unit readers; its complaint becomes the schema's. */
export function quantity(read: (given: unknown) => number, low = 0, high = Number.MAX_SAFE_INTEGER, limits = '') {
  return z.union([z.string(), z.number()], { error: (issue) => `${JSON.stringify(issue.input)} is not a quantity; write a number with its unit` })
    .transform((given, context) => {
      let value: number;
      try {
        value = read(given);
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
      if (value < low || value > high) {
        context.addIssue({ code: 'custom', message: `${JSON.stringify(given)} is out of range; it must be ${limits}` });
        return z.NEVER;
      }
      return value;
    });
}
