/** Volume curves: a text file with one volume a line; empty lines and what stands behind a # are left out. */
import { readFileSync } from 'node:fs';

const MOST_PARTS = 100_000;

export interface VolumeCurve {
  readonly volumes: readonly number[];
  /** One line with the remedy; absent where the curve can be used. */
  readonly fault?: string;
}

export function readVolumeCurve(file: string): VolumeCurve {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { volumes: [], fault: `${file} cannot be read; name a file with one volume a line, or write curve: history` };
  }
  const volumes: number[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const written = line.replace(/#.*/, '').trim();
    if (written === '') continue;
    const volume = Number(written);
    if (!Number.isInteger(volume) || volume < 0 || volume > 2 ** 30) return { volumes: [], fault: `${file}:${i + 1}: "${written}" is no volume; write a whole number from 0 to 2^30` };
    volumes.push(volume);
  }
  if (volumes.length > MOST_PARTS) return { volumes: [], fault: `${file} has ${volumes.length} volumes; at most ${MOST_PARTS} are possible` };
  if (!volumes.some((volume) => volume > 0)) return { volumes: [], fault: `${file} has no volume above 0; write one a line` };
  return { volumes };
}
