// The RESP types that stand on one line as words. It gets whole lines and refuses every other spelling.
import { protocolError } from '../../errors.ts';
import type { Reply } from '../messages.ts';

const DOUBLE = /^([+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|inf)|-?nan)$/;
/** Up to this many digits a decimal is converted in microseconds. */
const BIG_NUMBER = /^[+-]?\d{1,4096}$/;

/** The value of a line. @throws FairleadError `protocol` for what is no value of `type`. */
export function scalar(type: string, line: string): Reply {
  if (type === '+') return line;
  if (type === '_' && line === '') return null;
  if (type === '#' && (line === 't' || line === 'f')) return line === 't';
  if (type === ',' && DOUBLE.test(line)) return toNumber(line);
  if (type === '(' && BIG_NUMBER.test(line)) return BigInt(line);
  throw protocolError(`no value of type ${type}`);
}

/** A double; the spelling of infinity is Redis's own. */
export function toNumber(text: string): number {
  return Number(text.replace('inf', 'Infinity'));
}

/** The number of a header or an integer; beyond 2^53 it is rounded. */
export function integer(line: string): number {
  if (/^[+-]?\d{1,19}$/.test(line)) return Number(line);
  throw protocolError('no number');
}
