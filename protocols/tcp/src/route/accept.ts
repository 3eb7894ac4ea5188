// Which of a route's media types the caller wants: content negotiation by `Accept` (RFC 9110 section 12.5.1), for types without
// parameters. It refuses nothing: where none fits, the first is given.

/**
 * The type of `offered` that `accept` ranks first; of several with one weight, the one that stands first in `accept`, and for a
 * wildcard the first in `offered`.
 */
export function preferredType<T extends string>(
  accept: string | undefined,
  offered: readonly [T, ...T[]],
): T {
  let best: { type: T; weight: number } | undefined;
  for (const range of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = weightOf(parameters);
    const type = offered.find((each) => matches(name, each));
    if (type !== undefined && weight > (best?.weight ?? 0)) best = { type, weight };
  }
  return best?.type ?? offered[0];
}

function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = Number(text ?? 1);
  return weight >= 0 && weight <= 1 ? weight : 0;
}

function matches(range: string, type: string): boolean {
  if (range === '*/*') return true;
  return range.endsWith('/*') ? type.startsWith(range.slice(0, -1)) : range === type;
}
