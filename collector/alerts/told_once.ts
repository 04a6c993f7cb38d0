/** Says each kind of trouble once, until it has gone well again: what lasts for hours is one line, what comes back is another one. */
export class ToldOnce<Kind extends string> {
  readonly #told = new Set<Kind>();

  constructor(private readonly tell: (line: string) => void) {}

  trouble(kind: Kind, line: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.tell(line);
  }

  well(kind: Kind): void {
    this.#told.delete(kind);
  }
}
