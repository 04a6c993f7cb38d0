/** `key=value` words of a command line as data: keys may be dotted, values are YAML as in an experiment. */
import { readAssignment, setAt } from '../spec/document.js';

/** @throws SpecError that names the word */
export function assignments(words: readonly string[]): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const word of words) {
    const { key, value } = readAssignment(word, word, 'write key=value, for example quantity=10k');
    setAt(data, key, value);
  }
  return data;
}
