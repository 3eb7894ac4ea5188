// What a FETCH asks for, as the items of its list (RFC 9051 section 6.4.5, and extensions). Bodies are read without \Seen.

import { usage } from '@fairlead/errors';
import type { FetchItems } from '../../types/messages.ts';

/** Each item's name on the wire, and what the server must offer for it. */
const ITEMS: readonly (readonly [item: keyof FetchItems, name: string, ...capabilities: string[]])[] = [
  ['flags', 'FLAGS'],
  ['envelope', 'ENVELOPE'],
  ['structure', 'BODYSTRUCTURE'],
  ['size', 'RFC822.SIZE'],
  ['internalDate', 'INTERNALDATE'],
  ['modSeq', 'MODSEQ', 'CONDSTORE', 'QRESYNC'],
  ['objectIds', 'EMAILID THREADID', 'OBJECTID'],
  ['preview', 'PREVIEW', 'PREVIEW'],
  ['gmail', 'X-GM-MSGID X-GM-THRID X-GM-LABELS', 'X-GM-EXT-1'],
];

/** What is no single item. */
const OTHERS: readonly string[] = ['headers', 'source', 'parts'];

/**
 * The list of items without those that the server lacks. UID comes first, so that the parser knows it where a body begins.
 * @param offers Whether the server has one of these capabilities.
 */
export function fetchItems(
  request: FetchItems,
  offers: (...capabilities: readonly string[]) => boolean,
): readonly string[] {
  const unknown = Object.keys(request).find(
    (name) => !(OTHERS.includes(name) || ITEMS.some(([item]) => item === name)),
  );
  if (unknown !== undefined) throw usage(`fetch knows no item "${unknown.slice(0, 40)}"`);
  const items = ['UID'];
  for (const [item, name, ...needs] of ITEMS) {
    if (request[item] === true && (needs.length === 0 || offers(...needs))) items.push(name);
  }
  const { headers, source, parts = [] } = request;
  if (headers === true) items.push('BODY.PEEK[HEADER]');
  else if (headers) items.push(`BODY.PEEK[${headerFields(headers)}]`);
  if (source === true) items.push('BODY.PEEK[]');
  for (const part of parts) items.push(sectionItem(part));
  return items;
}

/** `HEADER.FIELDS (SUBJECT FROM)`. */
function headerFields(names: readonly string[]): string {
  if (names.length === 0 || !names.every((name) => /^[\w-]+$/.test(name))) {
    throw usage('Header fields have names of letters, digits and hyphens');
  }
  return `HEADER.FIELDS (${names.join(' ')})`;
}

/**
 * One body section: `BODY.PEEK[1.2]`.
 * @param section `1.2`, `HEADER`, `TEXT`, `2.MIME`, or empty for the whole message.
 * @param isBinary With its transfer encoding undone by the server (RFC 3516).
 * @throws FairleadError `usage` for a section that is none.
 */
export function sectionItem(section: string, isBinary = false): string {
  const shape = isBinary
    ? /^([1-9]\d{0,9}(\.[1-9]\d{0,9})*)?$/
    : /^((HEADER|TEXT)?|[1-9]\d{0,9}(\.[1-9]\d{0,9})*(\.(HEADER|TEXT|MIME))?)$/i;
  if (!shape.test(section)) throw usage('A body section is one as 1.2, HEADER, TEXT or 2.MIME');
  return `${isBinary ? 'BINARY' : 'BODY'}.PEEK[${section}]`;
}
