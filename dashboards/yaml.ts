/** YAML that is the same for the same data: keys in the order they were given, long lines left alone, no anchors. */
import { stringify } from 'yaml';

/** @param comment lines at its head */
export function toYaml(data: unknown, comment: readonly string[]): string {
  return `${comment.map((line) => `# ${line}\n`).join('')}${stringify(data, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
