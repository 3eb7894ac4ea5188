// What the server answers to a FETCH, as a message.
import type { FetchedSection, FetchResponse } from '../responses/types/fetch.ts';
import type { FetchItems, Message } from '../types/messages.ts';

/** What a server may tell of its own accord at any time. */
const NEWS = /^(UID|FLAGS|MODSEQ)$/;

/** Whether a response answers the question; the server may tell changes of flags at the same time. */
export function isAnswer(response: FetchResponse, asked: readonly string[]): boolean {
  return response.hasContent === true || asked.every((item) => NEWS.test(item));
}

/** Whether a section is all of it, as the server has it. */
export function isWhole({ origin, isBinary }: Pick<FetchedSection, 'origin' | 'isBinary'>): boolean {
  return origin === undefined && !isBinary;
}

/**
 * The message: what was asked for, and nothing else.
 * @param bodies The sections that came as streams, in memory by now.
 */
export function messageOf(
  response: FetchResponse,
  items: FetchItems,
  bodies: ReadonlyMap<string, Uint8Array>,
): Message {
  const { sequence, uid = 0, flags, envelope, structure, size, internalDate, modSeq, preview } = response;
  const message: { -readonly [Key in keyof Message]: Message[Key] } = { uid, sequence };
  if (items.flags) message.flags = flags;
  if (items.envelope) message.envelope = envelope;
  if (items.structure) message.structure = structure;
  if (items.size) message.size = size;
  if (items.internalDate) message.internalDate = internalDate;
  if (items.modSeq) message.modSeq = modSeq;
  if (items.preview) message.preview = preview ?? undefined;
  if (items.objectIds) {
    message.emailId = response.emailId;
    message.threadId = response.threadId ?? undefined;
  }
  if (items.gmail) {
    const { gmailMessageId: messageId, gmailThreadId: threadId, gmailLabels: labels = [] } = response;
    if (messageId !== undefined && threadId !== undefined) message.gmail = { messageId, threadId, labels };
  }
  if (items.headers || items.source || items.parts) addSections(message, response, items, bodies);
  return message;
}

function addSections(
  message: { -readonly [Key in keyof Message]: Message[Key] },
  response: FetchResponse,
  { headers, source, parts }: FetchItems,
  bodies: ReadonlyMap<string, Uint8Array>,
): void {
  const found = new Map(bodies);
  for (const one of response.sections) {
    if (one.bytes !== undefined && isWhole(one)) found.set(one.section.toUpperCase(), one.bytes);
  }
  if (headers) {
    message.headers = [...found].find(([name]) =>
      name.startsWith(headers === true ? 'HEADER' : 'HEADER.'),
    )?.[1];
  }
  if (source) message.source = found.get('');
  if (parts === undefined) return;
  const wanted = new Map<string, Uint8Array>();
  for (const part of parts) {
    const bytes = found.get(part.toUpperCase());
    if (bytes !== undefined) wanted.set(part, bytes);
  }
  message.parts = wanted;
}
