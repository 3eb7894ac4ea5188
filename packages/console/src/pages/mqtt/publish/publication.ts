// What was typed, as the body of `POST /mqtt/publish`; or what is wrong with it, in words.
import type { Input } from '@fairlead/sdk';
import type { PayloadKind } from './publish-draft.ts';

/** What was typed. */
export interface Typed {
  readonly topic: string;
  readonly kind: PayloadKind;
  readonly payload: string;
  readonly bytes: Uint8Array | undefined;
  readonly qos: string;
  readonly retain: boolean;
  readonly payloadIsText: boolean;
  readonly contentType: string;
  readonly responseTopic: string;
  readonly correlation: string;
  readonly expiry: string;
  readonly userProperties: string;
}

type Body = Exclude<Input<'mqttPublish'>['body'], { messages: unknown }>;

/** A field that is wrong, and why. */
export class Fault extends Error {
  readonly field: 'topic' | 'payload' | 'expiry' | 'userProperties';

  constructor(field: Fault['field'], message: string) {
    super(message);
    this.field = field;
  }
}

/** MQTT 5 section 3.3.2.3.3: four bytes. */
const MAX_EXPIRY = 0xffff_ffff;

/** The body. @throws Fault */
export function publicationOf(typed: Typed): Body {
  const { topic, qos, retain } = typed;
  if (topic === '') throw new Fault('topic', 'Type the topic, such as harbour/wind');
  if (/[+#]/.test(topic)) throw new Fault('topic', 'A topic to publish to has no + and no #');
  const properties = propertiesOf(typed);
  return {
    topic,
    ...payloadOf(typed),
    qos: qos === '0' ? 0 : qos === '2' ? 2 : 1,
    retain,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

function payloadOf({ kind, payload, bytes }: Typed): { payload: string } | { payloadBase64: string } {
  if (kind === 'text') return { payload };
  if (kind === 'file') {
    if (bytes === undefined) throw new Fault('payload', 'Choose a file');
    return { payloadBase64: toBase64(bytes) };
  }
  if (kind === 'hex') return { payloadBase64: toBase64(fromHex(payload)) };
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new Fault('payload', `This is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  return { payload };
}

function propertiesOf(typed: Typed): NonNullable<Body['properties']> {
  const { contentType, responseTopic, correlation, expiry, userProperties } = typed;
  const pairs = userProperties.split('\n').filter((line) => line.trim() !== '');
  return {
    ...(typed.payloadIsText ? { payloadIsText: true } : {}),
    ...(contentType === '' ? {} : { contentType }),
    ...(responseTopic === '' ? {} : { responseTopic }),
    ...(correlation === '' ? {} : { correlationDataBase64: toBase64(new TextEncoder().encode(correlation)) }),
    ...(expiry === '' ? {} : { messageExpirySeconds: secondsOf(expiry) }),
    ...(pairs.length === 0 ? {} : { userProperties: pairs.map(pairOf) }),
  };
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_EXPIRY) return seconds;
  throw new Fault('expiry', 'Type a whole number of seconds');
}

function pairOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw new Fault('userProperties', `“${line}” is no pair: write name: value`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/** Bytes of pairs of hexadecimal digits, with spaces, colons and line ends between them. @throws Fault */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits))
    throw new Fault('payload', 'Type pairs of hexadecimal digits, such as 00 ff 7e');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

const CHUNK = 8_192;

/** Bytes as base64. */
function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
