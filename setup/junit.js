// Reads what `ctest --output-junit` writes: counts, and each skip with the reason that GoogleTest printed.

const attribute = (text, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '';

/** @returns {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} */
export function parseJunit(xml) {
  const result = { passed: 0, failed: 0, skipped: [] };
  for (const [, head, body = ''] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const status = attribute(head, 'status');
    if (status === 'run') result.passed += 1;
    else if (status === 'fail') result.failed += 1;
    else {
      // GoogleTest prints "file:line: Skipped" and the reason on the next line.
      const reason = /: Skipped\s*\n([^\n<]+)/.exec(body)?.[1]?.trim() ?? attribute(/<skipped[^>]*>/.exec(body)?.[0] ?? '', 'message');
      result.skipped.push({ name: attribute(head, 'name'), reason });
    }
  }
  return result;
}
