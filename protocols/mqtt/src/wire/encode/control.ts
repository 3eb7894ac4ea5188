// CONNECT, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT and AUTH to bytes. It refuses values that MQTT cannot carry.
import type { Writer } from '@fairlead/bytes';
import { tooLarge } from '../../errors.ts';
import type { TopicFilter } from '../../types/subscribe.ts';
import type { AUTH, DISCONNECT } from '../packet-types.ts';
import type { ConnectRequest, Properties, Version } from '../packets.ts';
import {
  encoder,
  fromMessage,
  scratch,
  wholeNumber,
  writeBytes,
  writeLength,
  writeProperties,
  writeText,
} from './properties.ts';

const NO_BYTES = new Uint8Array(0);
const RETAIN_HANDLING = { send: 0, 'send-if-new': 0x10, never: 0x20 } as const;

/** Appends a packet with its header. @throws FairleadError `limit` for a packet larger than the broker takes. */
function writePacket(
  writer: Writer,
  first: number,
  body: Uint8Array,
  maxBytes = Number.POSITIVE_INFINITY,
): void {
  if (body.length + 5 > maxBytes) throw tooLarge(body.length);
  writer.u8(first);
  writeLength(writer, body.length);
  writer.raw(body);
}

/** Appends CONNECT (section 3.1). @throws FairleadError `usage`. */
export function encodeConnect(writer: Writer, request: ConnectRequest, clean: boolean): void {
  const { protocolVersion, keepAliveSeconds, username, will, authentication } = request;
  const password = asBytes(request.password);
  // MQTT 3.1.1 has no password without a name; an empty name is the same to a broker that has.
  const name = username ?? (password === undefined ? undefined : '');
  const body = scratch();
  writeText(body, 'MQTT');
  body.u8(protocolVersion);
  body.u8(
    (clean ? 2 : 0) |
      (will ? 4 | (wholeNumber(will.qos ?? 0, 2, 'qos') << 3) | (will.retain ? 0x20 : 0) : 0) |
      (password ? 0x40 : 0) |
      (name === undefined ? 0 : 0x80),
  );
  body.u16(keepAliveSeconds);
  if (protocolVersion === 5) {
    writeProperties(body, {
      sessionExpiryInterval: request.sessionExpirySeconds || undefined,
      receiveMaximum: request.receiveMaximum,
      maximumPacketSize: request.maxPacketBytes,
      topicAliasMaximum: request.topicAliasMaximum,
      requestResponseInformation: request.requestResponseInformation ? 1 : undefined,
      userProperties: request.userProperties,
      authenticationMethod: authentication?.method,
      authenticationData: request.initialData,
    });
  }
  writeText(body, request.clientId);
  if (will !== undefined) {
    if (protocolVersion === 5) {
      const willDelayInterval = will.delaySeconds || undefined;
      writeProperties(body, { willDelayInterval, ...fromMessage(will.properties ?? {}) });
    }
    writeText(body, will.topic);
    writeBytes(body, asBytes(will.payload) ?? NO_BYTES);
  }
  if (name !== undefined) writeText(body, name);
  if (password !== undefined) writeBytes(body, password);
  writePacket(writer, 0x10, body.take());
}

/** A SUBSCRIBE or an UNSUBSCRIBE. */
export interface FilterRequest {
  readonly isSubscribe: boolean;
  readonly filters: readonly TopicFilter[];
  readonly properties: Properties;
}

/** Appends SUBSCRIBE (section 3.8) or UNSUBSCRIBE (section 3.10). @throws FairleadError `usage`, `limit`. */
export function encodeFilters(
  writer: Writer,
  { isSubscribe, filters, properties }: FilterRequest,
  identifier: number,
  version: Version,
  maxBytes: number | undefined,
): void {
  const body = scratch();
  body.u16(identifier);
  if (version === 5) writeProperties(body, properties);
  for (const { filter, qos = 0, noLocal, retainAsPublished, retainHandling = 'send' } of filters) {
    writeText(body, filter);
    if (!isSubscribe) continue;
    body.u8(qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | RETAIN_HANDLING[retainHandling]);
  }
  writePacket(writer, isSubscribe ? 0x82 : 0xa2, body.take(), maxBytes);
}

/** Appends DISCONNECT (section 3.14) or AUTH (section 3.15). MQTT 3.1.1 has a DISCONNECT that says nothing. */
export function encodeReason(
  writer: Writer,
  type: typeof DISCONNECT | typeof AUTH,
  reasonCode: number,
  properties: Properties,
  version: Version,
): void {
  const body = scratch();
  if (version === 5) {
    body.u8(reasonCode);
    writeProperties(body, properties);
  }
  writePacket(writer, type << 4, body.take());
}

function asBytes(value: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof value === 'string' ? encoder.encode(value) : value;
}
