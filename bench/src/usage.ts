// What a caller asks for by name on the command line, and what is said where there is no such name, or no server.

/** A server that this machine lacks: the bench ends with this message, without a stack. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** A call that asks for what does not exist: it ends with this message and the usage, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether a row is asked for. @param only Names between commas. Default: all rows. */
export function isWanted(only: string | undefined, id: string): boolean {
  return only?.split(',').includes(id) ?? true;
}

/**
 * Checks names that a caller gave.
 * @param what What they name, as in `row`.
 * @throws UsageError with all the names there are, where one is none of them.
 */
export function checkNames(
  what: string,
  asked: readonly string[] | undefined,
  names: readonly string[],
): void {
  const unknown = asked?.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `There is no ${what} ${JSON.stringify(unknown)}, but: ${[...new Set(names)].join(', ')}`,
  );
}
