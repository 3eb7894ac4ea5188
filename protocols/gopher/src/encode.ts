// Requests to bytes: the one line of RFC 1436 section 3.2 and RFC 4266, and the answers of a Gopher+ form behind it.
import { FairleadError } from '@fairlead/errors';
import type { Answer } from './messages.ts';
import { fromBinary } from './text.ts';
import { binary, checkPlus } from './url.ts';

/** RFC 1436 asks for selectors of 255 characters at most; scripts' arguments make them longer. */
const MAX_LINE_BYTES = 4096;

/** What a request says. */
export interface Request {
  readonly selector: string | Uint8Array;
  readonly search?: string | Uint8Array | undefined;
  /** `+`, `+view language`, `!`, `$`, ... */
  readonly gopherPlus?: string | undefined;
  /** The answers of a form, in the order of its questions. */
  readonly ask?: readonly Answer[] | undefined;
}

/**
 * A request's bytes. An empty search is left out before a Gopher+ string, as Gopher+ section 2.4 has it.
 * @throws FairleadError `usage`: TAB, CR, LF or NUL in a field, CR, LF or NUL in an answer, answers without a Gopher+
 *   string that begins with `+`; `limit`: a line over 4,096 bytes.
 */
export function encodeRequest({ selector, search, gopherPlus, ask }: Request): Uint8Array {
  let line = binary(selector, 'selector');
  if (search !== undefined && (search.length > 0 || !gopherPlus)) line += `\t${binary(search, 'search')}`;
  if (gopherPlus) line += `\t${checkPlus(gopherPlus)}`;
  if (line.length > MAX_LINE_BYTES) {
    const message = `The request line is over ${MAX_LINE_BYTES} bytes`;
    throw new FairleadError('limit', message, { safeToRetry: true });
  }
  return fromBinary(ask === undefined ? `${line}\r\n` : `${line}\t1\r\n${encodeAnswers(ask)}`);
}

/** Gopher+ section 2.8: the flag 1, then a block in the same framing as answers have. */
function encodeAnswers(answers: readonly Answer[]): string {
  const lines = answers.flatMap((answer) => {
    if (typeof answer === 'boolean') return answer ? '1' : '0';
    // An AskL says first how many lines it has.
    return typeof answer === 'string' ? answer : [String(answer.length), ...answer];
  });
  // RFC 1436 section 3.8: a leading dot is doubled, so that none ends the block.
  const block = lines.map((line) => `${binary(line, 'answer').replace(/^\./, '..')}\r\n`).join('');
  return `+-1\r\n${block}.\r\n`;
}
