/** A Dockerfile's instructions, read as far as its own tests need: no heredocs, no escape directive. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
  readonly line: number;
}

export function instructionsOf(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { keyword: string; rest: string; line: number } | null = null;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const goesOn = line.endsWith('\\');
    const content = goesOn ? line.slice(0, -1).trim() : line;
    if (open === null) {
      const [, keyword = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(content) ?? [];
      open = { keyword, rest, line: index + 1 };
    } else {
      open.rest = `${open.rest} ${content}`;
    }
    if (goesOn) return;
    found.push(open);
    open = null;
  });
  return found;
}

/** Sources of a COPY, the stage they come from (`null`: the folder of the Dockerfile), and where they go. */
export interface Copy {
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

export function copyOf({ rest }: Instruction): Copy {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length) ?? null;
  const paths = words.filter((word) => !word.startsWith('--'));
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
}
