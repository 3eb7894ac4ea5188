// Messages that a broker will never complete: which they are, and what is said of them. It sends nothing.
import { FairleadError } from '@fairlead/errors';
import { limit, PROTOCOL_ERROR, protocolError, usage } from '../../errors.ts';
import type { GivenUpMessage, Qos } from '../../types/messages.ts';
import { readPublish } from '../../wire/encode/publish.ts';
import type { Version } from '../../wire/packets.ts';
import type { BrokerLimits } from '../send-buffer.ts';
import type { OutgoingMessage } from './in-flight-messages.ts';

/** How many connections in a row a message may end before it is given up. */
export const MAX_SUSPICIONS = 3;

/** Refuses what the broker said that it does not take. @throws FairleadError `usage`. */
export function checkLimits(qos: Qos, retain: boolean, { maximumQos, retainAvailable }: BrokerLimits): void {
  if (qos > maximumQos) throw usage(`The broker takes QoS ${maximumQos} at most`);
  if (retain && !retainAvailable) throw usage('The broker retains no messages');
}

/**
 * Why an encoded PUBLISH cannot be sent to this broker, which is not the one that it was encoded for, or has changed.
 * @param isUnsent Whether no broker has seen it.
 */
export function refusalOfStored(
  packet: Uint8Array,
  limits: BrokerLimits,
  isUnsent: boolean,
): FairleadError | undefined {
  const { maximumPacketBytes, maximumQos, retainAvailable } = limits;
  const flags = packet[0] ?? 0;
  if (packet.length > (maximumPacketBytes ?? packet.length)) {
    return limit(`A packet of ${packet.length} bytes is larger than the broker takes`, isUnsent);
  }
  if (((flags >> 1) & 3) > maximumQos) return usage(`The broker takes QoS ${maximumQos} at most`, isUnsent);
  if ((flags & 1) === 1 && !retainAvailable) return usage('The broker retains no messages', isUnsent);
  return undefined;
}

/** An acknowledgement that the message cannot have. */
export function mismatch(type: number, { qos, state }: OutgoingMessage): FairleadError {
  return protocolError(
    PROTOCOL_ERROR,
    `an acknowledgement of type ${type} for a message with QoS ${qos} that is ${state}`,
  );
}

/** The error of a message that has ended its last connection. */
export function hungUp({ peer, server, cause }: FairleadError): FairleadError {
  const message = `The broker ended ${MAX_SUSPICIONS} connections in a row at this message, which is given up`;
  return new FairleadError('connection_lost', message, { blame: 'peer', peer, server, cause });
}

/** What users are told of a message that is given up. */
export function givenUp(message: OutgoingMessage, version: Version, reason: FairleadError): GivenUpMessage {
  const packet = message.bytes.subarray(message.start, message.end);
  const { topic, payload } = readPublish(packet, version);
  return { topic, payload, qos: message.qos, retain: ((packet[0] ?? 0) & 1) === 1, reason };
}
