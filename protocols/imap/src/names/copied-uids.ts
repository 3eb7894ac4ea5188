// Which new UID each copied message got, by COPYUID. It expands no more than was asked for.
import type { ResponseCode } from '../responses/types/response.ts';
import { type NumberRange, parseRanges } from './number-set.ts';

/** COPYUID (RFC 9051 section 7.1): ranges in the order and direction in which the server sent them. */
export interface CopiedUids {
  readonly uidValidity: number;
  readonly source: readonly NumberRange[];
  readonly destination: readonly NumberRange[];
}

/** What a COPYUID says; `undefined` for another code, and where it is malformed. */
export function readCopied(code: ResponseCode | undefined): CopiedUids | undefined {
  if (code?.name !== 'COPYUID') return undefined;
  const [validity = '', from = '', to = ''] = (code.argument ?? '').split(' ');
  const source = parseRanges(from);
  const destination = parseRanges(to);
  if (!/^[1-9]\d{0,9}$/.test(validity) || !source || !destination) return undefined;
  return { uidValidity: Number(validity), source, destination };
}

/** How many pairs there are, or `undefined` where the server's two sets are not equally long. */
export function copiedCount({ source, destination }: CopiedUids): number | undefined {
  const count = countOf(source);
  return count === countOf(destination) ? count : undefined;
}

/** Old and new UID of each copied message; none where the two sets are not equally long. Look at `copiedCount` first. */
export function* copiedUids(copied: CopiedUids): Generator<[from: number, to: number], void, undefined> {
  if (copiedCount(copied) === undefined) return;
  const destination = numbersOf(copied.destination);
  for (const from of numbersOf(copied.source)) yield [from, destination.next().value ?? 0];
}

function countOf(ranges: readonly NumberRange[]): number {
  let count = 0;
  for (const [first, last] of ranges) count += Math.abs(last - first) + 1;
  return count;
}

/** RFC 4315 section 3: a range stands for ascending UIDs, in whichever order its ends are written. */
function* numbersOf(ranges: readonly NumberRange[]): Generator<number, void, undefined> {
  for (const [one, other] of ranges) {
    const last = Math.max(one, other);
    for (let at = Math.min(one, other); at <= last; at++) yield at;
  }
}
