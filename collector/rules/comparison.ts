/** Signs of a condition, in thresholds and in rules. */
export const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;

export type Comparison = (typeof COMPARISONS)[number];

export function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<': return value < limit;
    case '<=': return value <= limit;
    case '>': return value > limit;
    case '>=': return value >= limit;
    case '==': return value === limit;
    case '!=': return value !== limit;
  }
}
