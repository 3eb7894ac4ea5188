// Requests to bytes: the one line of RFC 1436 section 3.2 and RFC 4266, and the answers of a Gopher+ form behind it.
import { failure } from '../errors.ts';
import type { Answer } from './messages.ts';
import { fromBinary } from './text.ts';
import { binary, joinFields, type RequestFields } from './url.ts';

/** RFC 1436 asks for selectors of 255 characters at most; scripts' arguments make them longer. */
const MAX_LINE_BYTES = 4096;

/** What a request says. */
export interface GopherRequest extends RequestFields {
  /** The answers of a form, in the order of its questions. */
  readonly ask?: readonly Answer[] | undefined;
}

/**
 * A request's bytes. An empty search is left out before a Gopher+ string, as Gopher+ section 2.4 has it.
 * @throws FairleadError `usage`: TAB, CR, LF or NUL in a field, CR, LF or NUL in an answer, answers without a Gopher+
 *   string that begins with `+`; `limit`: a line over 4,096 bytes.
 */
export function encodeRequest({ ask, ...fields }: GopherRequest): Uint8Array {
  const line = joinFields(fields).replace('\t\t', '\t');
  if (line.length > MAX_LINE_BYTES) {
    throw failure('limit', `The request line is over ${MAX_LINE_BYTES} bytes`, { safeToRetry: true });
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
