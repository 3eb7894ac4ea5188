// Sends a text as PRIVMSG, NOTICE or CTCP ACTION: line by line if it may, and in pieces that fit a line.
import { stackAtCaller } from '@fairlead/client';
import { errorWith, FairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { RequestOptions } from '../options/connect-options.ts';
import type { TextEvent } from '../types.ts';
import { checkObject, checkTarget, checkText } from '../wire/argument-checks.ts';
import { splitText } from '../wire/split-text.ts';

/** Options of `say`, `notice` and `action`. */
export interface SayOptions extends RequestOptions {
  /**
   * `'split'` sends each line of the text by itself, without the empty ones. `'refuse'` rejects a text that contains a line
   * end with `usage`. Default `'refuse'`.
   */
  readonly lines?: 'split' | 'refuse' | undefined;
}

/** One piece of a text that the server has taken. */
export interface Sent {
  /** The piece. */
  readonly text: string;
  /** The message's id (`msgid`), if the server echoes messages and gives ids. */
  readonly id: string | undefined;
  /** When the server took it, in milliseconds since 1970, if the server echoes messages. */
  readonly time: number | undefined;
}

/** Begins and ends a CTCP ACTION. */
const ACTION = ['\x01ACTION ', '\x01'] as const;

/**
 * Sends a text. Its pieces are sent one after the other.
 * @returns The pieces, once the server has taken or echoed them.
 * @throws FairleadError as `request` of the client; `limit` if the text makes more messages than may wait.
 */
export async function sendText(
  connection: Connection,
  kind: TextEvent['kind'],
  target: string,
  text: string,
  options: SayOptions,
): Promise<Sent[]> {
  checkTarget(target, 'The target');
  const command = kind === 'notice' ? 'NOTICE' : 'PRIVMSG';
  const [before, after] = kind === 'action' ? ACTION : ['', ''];
  const maxBytes = connection.session.room(command, target) - before.length - after.length;
  if (maxBytes < 4) throw usage('The target is too long');
  const pieces = linesOf(text, checkObject(options, 'The options')).flatMap((line) =>
    splitText(line, maxBytes),
  );
  const { maxQueuedMessages = 1000 } = connection.settings;
  if (pieces.length > maxQueuedMessages) {
    const message = `The text makes ${pieces.length} messages, and ${maxQueuedMessages} may wait (maxQueuedMessages)`;
    throw new FairleadError('limit', message, { safeToRetry: true });
  }
  const { tags = {} } = options;
  const send = async (piece: string): Promise<Sent> => {
    const params = [target, before + piece + after];
    const { events } = await connection.request({ command, params, tags }, options);
    const echo = events.find((event) => event.type === 'message' && event.self);
    return { text: piece, id: echo?.message.tags.msgid, time: echo?.time };
  };
  return allSent(pieces.map(send));
}

/** The lines of a text that are sent by themselves. @throws FairleadError `usage`. */
function linesOf(text: string, { lines = 'refuse' }: SayOptions): string[] {
  if (lines !== 'refuse' && lines !== 'split') throw usage("lines must be 'split' or 'refuse'");
  const all = lines === 'split' && typeof text === 'string' ? text.split(/[\r\n]+/) : [text];
  const sent = all.filter((line) => checkText(line, 'The text') !== '');
  if (sent.length === 0) throw usage('The text is empty');
  return sent;
}

/**
 * Waits for all pieces of a text.
 * @throws FairleadError the first failure, which is safe to retry only if no piece has left.
 */
async function allSent(pieces: readonly Promise<Sent>[]): Promise<Sent[]> {
  const settled = await Promise.allSettled(pieces);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as FairleadError] : []));
  const [first] = failures;
  if (first === undefined) return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const safeToRetry = failures.length === settled.length && failures.every((error) => error.safeToRetry);
  throw stackAtCaller(first.safeToRetry === safeToRetry ? first : errorWith(first, { safeToRetry }));
}
