// Messages that the broker will never take: why, as errors, and as `onGivenUp` gets them. Nothing is given up here.
import { FairleadError } from '@fairlead/errors';
import { PROTOCOL_ERROR, protocolError, refused } from '../../errors.ts';
import type { GivenUpMessage } from '../../types/publish.ts';
import { readPublish } from '../../wire/encode/publish.ts';
import type { Properties, Version } from '../../wire/packets.ts';
import type { OutgoingMessage } from './in-flight-messages.ts';

/** The error of a message that the broker has refused. */
export function refusal(
  { sends }: OutgoingMessage,
  reasonCode: number,
  { reasonString }: Properties,
): FairleadError {
  // Of a message that was sent twice, the broker may have taken the first one.
  return refused('refused the message', reasonCode, reasonString, 'server', { safeToRetry: sends === 1 });
}

/** A message is given up when the broker has ended so many connections in a row at it. */
export const MAX_SUSPICIONS = 3;

/** The error of an acknowledgement that the message cannot have in its state. */
export function mismatch(type: number, { qos }: OutgoingMessage): FairleadError {
  return protocolError(PROTOCOL_ERROR, `an acknowledgement of type ${type} for a message with QoS ${qos}`);
}

/** The error of a message at which the broker has ended too many connections. */
export function hungUp({ peer, server, cause }: FairleadError): FairleadError {
  const message = `The broker ended ${MAX_SUSPICIONS} connections in a row at this message, which is given up`;
  return new FairleadError('connection_lost', message, { blame: 'peer', peer, server, cause });
}

/** The message as `onGivenUp` gets it. */
export function givenUp(message: OutgoingMessage, version: Version, reason: FairleadError): GivenUpMessage {
  const packet = message.bytes.subarray(message.start, message.end);
  const { topic, payload } = readPublish(packet, version);
  return { topic, payload, qos: message.qos, retain: ((packet[0] ?? 0) & 1) === 1, reason };
}
