// Runs the parser over a server's text in one way of cutting it.
import * as mailboxes from '../../../src/responses/mailboxes.ts';
import type { Readers } from '../../../src/responses/readers.ts';
import { SEARCH_READERS, SORT_READERS } from '../../../src/responses/searches.ts';
import type { BodyPart } from '../../../src/responses/types/body-part.ts';
import type { FetchResponse } from '../../../src/responses/types/fetch.ts';
import type { Response } from '../../../src/responses/types/response.ts';
import { Parser, type ParserLimits } from '../../../src/wire/parser.ts';

/** What came out, with the bytes of each body joined. */
export type Outcome =
  | Response
  | { readonly body: string; readonly uid: number | undefined; readonly section: string };

/** Of all responses that are known. */
const READERS: Readers = {
  ...mailboxes.LIST_READERS,
  ...SEARCH_READERS,
  ...SORT_READERS,
  NAMESPACE: mailboxes.readNamespace,
  QUOTA: mailboxes.readQuota,
  QUOTAROOT: mailboxes.readQuotaRoot,
  ACL: mailboxes.readAcl,
  MYRIGHTS: mailboxes.readMyRights,
  LISTRIGHTS: mailboxes.readListRights,
};

/** Bytes of a text, one a character. */
export function binary(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export interface ParseOptions extends ParserLimits {
  readonly streamBodiesFrom?: number;
  readonly utf8?: boolean;
}

/** Everything that the chunks give. Each chunk is overwritten once it was read, as transports do. */
export function parseChunks(chunks: readonly Uint8Array[], options: ParseOptions = {}): Outcome[] {
  const parser = new Parser(options);
  parser.streamBodiesFrom = options.streamBodiesFrom ?? Number.POSITIVE_INFINITY;
  parser.learn(READERS);
  parser.utf8 = options.utf8 ?? false;
  const outcomes: Outcome[] = [];
  let body = '';
  let start: { uid: number | undefined; section: string } | undefined;
  for (const chunk of chunks) {
    const lent = chunk.slice();
    parser.push(lent);
    for (let event = parser.next(); event !== undefined; event = parser.next()) {
      if (event.type === 'response') outcomes.push(event.response);
      else if (event.type === 'body-start') start = { uid: event.uid, section: event.section };
      else if (event.type === 'body-bytes') body += String.fromCharCode(...event.bytes);
      else if (start !== undefined) {
        outcomes.push({ body, ...start });
        body = '';
      }
    }
    lent.fill(0x5b);
  }
  return outcomes;
}

/** Everything that a text gives. */
export function parse(text: string, options: ParseOptions = {}): Outcome[] {
  return parseChunks([binary(text)], options);
}

/** The only response of a line. */
export function parseLine(line: string, options: ParseOptions = {}): Outcome {
  const [only, ...more] = parse(`${line}\r\n`, options);
  if (only === undefined || more.length > 0) throw new Error('not one response');
  return only;
}

/** The FETCH with these items. */
export function parseFetch(items: string): FetchResponse {
  const response = parseLine(`* 1 FETCH (${items})`);
  if (!('type' in response) || response.type !== 'fetch') throw new Error('no FETCH');
  return response;
}

/** The structure, which must be readable. */
export function parseStructure(text: string): BodyPart {
  const { structure } = parseFetch(`BODYSTRUCTURE ${text} UID 7`);
  if (structure === undefined) throw new Error('no structure');
  return structure;
}
