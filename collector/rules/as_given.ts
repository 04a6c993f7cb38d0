/** What YAML delivered, as a message repeats it: never through its own toString, which may be a key of the user's map. */
export function asGiven(given: unknown): string {
  switch (typeof given) {
    case 'string': return `"${given}"`;
    case 'number': case 'boolean': case 'bigint': case 'undefined': return String(given);
    default: return given === null ? 'nothing' : Array.isArray(given) ? 'a list' : 'a map';
  }
}
