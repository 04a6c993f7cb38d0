/** The outbox cannot keep notifications; the message says where and why, with the remedy. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space there',
  EDQUOT: 'free some space there',
  EROFS: 'it is mounted read-only: use another results directory',
  EACCES: 'use a directory that this user may write to',
  EPERM: 'use a directory that this user may write to',
  ENOTDIR: 'a file stands in its way: move it',
  EEXIST: 'a file stands in its way: move it',
};

export function outboxError(dir: string, error: unknown): OutboxError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const why = code === '' ? String(error) : code;
  const remedy = REMEDIES[code] ?? 'use another results directory';
  return new OutboxError(`notifications of alerts cannot be kept in ${dir} (${why}): ${remedy}`, { cause: error });
}
