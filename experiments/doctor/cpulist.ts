/** The kernel's list format for CPUs (Documentation/admin-guide/cputopology.rst): "0-3,8" is 0, 1, 2, 3 and 8. */

export function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(range.trim()) ?? [];
      if (first === undefined) return [];
      const from = Number(first);
      return Array.from({ length: Number(last ?? first) - from + 1 }, (_, index) => from + index);
    });
}

/** The shortest list that says the same. */
export function formatCpuList(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of [...cpus].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
