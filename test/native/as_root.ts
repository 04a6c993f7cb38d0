/** A suite that loads BPF programs: skipped by name where that is not allowed. */
export function describeAsRoot(title: string, body: (this: Mocha.Suite) => void): void {
  if (process.getuid?.() === 0) describe(title, body);
  else describe.skip(`${title} (skipped: needs root)`, body);
}
