/** The value at rank floor(level × count), as everywhere (collector/quantiles.ts). */
export function quantile(values: readonly number[], level: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))] ?? 0;
}
