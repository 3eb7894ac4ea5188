// The commands MAIL and RCPT of one message, from its envelope and the server's capabilities. An option that the server
// cannot honour is refused before anything is sent.

import { usage } from '@fairlead/errors';
import { readMailbox } from '../addresses/mailbox.ts';
import { limitError } from '../errors.ts';
import { checkKnownKeys } from '../options/known-keys.ts';
import { oneOrMany } from '../options/one-or-many.ts';
import type { Capabilities, Envelope, Recipient } from '../types.ts';
import { mailCommand, rcptCommand } from '../wire/encode.ts';
import type { MessageFacts } from '../wire/message-facts.ts';

/** RFC 5321 section 4.5.3.1.8 lets servers stop at 100: they refuse the recipients beyond their limit one by one. */
const MAX_RECIPIENTS = 1000;

/** The fields of an envelope; any other is refused. */
export const ENVELOPE_KEYS: readonly string[] = Object.keys({
  from: true,
  to: true,
  return: true,
  envelopeId: true,
  requireTls: true,
  smtpUtf8: true,
  size: true,
} satisfies Record<keyof Envelope, true>);
const RECIPIENT_KEYS: readonly string[] = ['address', 'notify', 'originalRecipient'];
const RETURNS: readonly unknown[] = [undefined, 'full', 'headers'];

/** The envelope as commands, and the limits that hold for the content. */
export interface EncodedEnvelope {
  /** The MAIL command. */
  readonly mail: string;
  /** Each address as the caller wrote it, with its RCPT command. */
  readonly recipients: readonly { readonly address: string; readonly line: string }[];
  /** Whether bytes beyond ASCII may stand in the body. */
  readonly eightBit: boolean;
  /** Whether they may stand in the header. */
  readonly utf8Header: boolean;
  /** The most bytes that may be sent. */
  readonly maxBytes: number;
}

/**
 * Checks and encodes the envelope of one message.
 * @param facts Size and kind of the message; `undefined` for a stream.
 * @param tls Whether the connection is inside TLS.
 * @throws FairleadError `usage` (addresses, parameters, an extension that the server lacks), `limit` (SIZE).
 */
export function encodeEnvelope(
  envelope: Envelope,
  facts: MessageFacts | undefined,
  capabilities: Capabilities,
  tls: boolean,
): EncodedEnvelope {
  checkEnvelope(envelope);
  const from = envelope.from === '' ? { wire: '', utf8: false } : readMailbox(envelope.from, 'from');
  const recipients = recipientsOf(envelope).map((one) => ({ ...one, ...readMailbox(one.address, 'to') }));
  const beyond = [from, ...recipients].some(({ utf8 }) => utf8);
  const smtpUtf8 = envelope.smtpUtf8 === true || beyond || facts?.utf8Header === true;
  demand(smtpUtf8, capabilities.smtpUtf8, 'SMTPUTF8', 'an address, the header or the option smtpUtf8');
  if (facts?.eightBit) demand(true, capabilities.eightBitMime, '8BITMIME', 'a message with 8-bit bytes');
  demand(wantsDsn(envelope, recipients), capabilities.dsn, 'DSN', 'an option for notifications');
  checkRequireTls(envelope, capabilities, tls);
  const declared = checkedSize(envelope.size);
  const size = facts?.size ?? declared;
  const limit = capabilities.size || Number.POSITIVE_INFINITY;
  if (size !== undefined && size > limit) {
    const message = `The message has ${size} bytes and the server takes at most ${limit} (SIZE)`;
    throw limitError(message);
  }
  const eightBit = facts?.eightBit ?? capabilities.eightBitMime;
  return {
    mail: mailCommand(from.wire, {
      size: capabilities.size === undefined ? undefined : size,
      eightBit,
      smtpUtf8,
      return: envelope.return,
      envelopeId: envelope.envelopeId,
      requireTls: envelope.requireTls === true,
    }),
    recipients: recipients.map(({ address, wire, notify, originalRecipient }) => ({
      address,
      line: rcptCommand(wire, notify, originalRecipient),
    })),
    eightBit,
    utf8Header: smtpUtf8,
    maxBytes: Math.min(limit, facts === undefined ? (size ?? limit) : limit),
  };
}

function checkEnvelope(envelope: Envelope): void {
  checkKnownKeys(envelope, ENVELOPE_KEYS, 'the envelope');
  for (const name of ['requireTls', 'smtpUtf8'] as const) {
    const value = envelope[name];
    if (value !== undefined && typeof value !== 'boolean') throw usage(`${name} is true or false`);
  }
  if (!RETURNS.includes(envelope.return)) throw usage("return is 'full' or 'headers'");
}

function recipientsOf({ to }: Envelope): Recipient[] {
  const list = oneOrMany(to);
  if (list.length === 0) throw usage('A message needs a recipient');
  if (list.length > MAX_RECIPIENTS) {
    throw limitError(`A message has at most ${MAX_RECIPIENTS} recipients; send it in parts`);
  }
  return list.map((one) => {
    if (typeof one === 'string') return { address: one };
    checkKnownKeys(one, RECIPIENT_KEYS, 'a recipient');
    return one;
  });
}

function wantsDsn(envelope: Envelope, recipients: readonly Recipient[]): boolean {
  return (
    envelope.return !== undefined ||
    envelope.envelopeId !== undefined ||
    recipients.some((one) => one.notify !== undefined || one.originalRecipient !== undefined)
  );
}

function checkRequireTls(
  { requireTls, ...envelope }: Envelope,
  capabilities: Capabilities,
  tls: boolean,
): void {
  if (requireTls !== true) return;
  demand(true, capabilities.requireTls, 'REQUIRETLS', 'the option requireTls');
  if (!tls) throw usage('requireTls needs a connection inside TLS (RFC 8689 section 4.2)');
  if (envelope.from === '') throw usage('requireTls needs a sender (RFC 8689 section 4.2.1)');
}

function demand(wanted: boolean, offered: boolean, name: string, reason: string): void {
  if (wanted && !offered) throw usage(`The server does not offer ${name}, which ${reason} needs`);
}

function checkedSize(size: number | undefined): number | undefined {
  if (size === undefined || (Number.isSafeInteger(size) && size >= 0)) return size;
  throw usage('size is a whole number of bytes');
}
