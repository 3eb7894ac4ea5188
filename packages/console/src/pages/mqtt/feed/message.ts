// A message as the gateway's WebSocket tells it, and what the page keeps of it.

/** Properties of MQTT 5 that came with a message, by the names of the gateway's JSON. */
type Properties = Readonly<Record<string, unknown>>;

/** A message that was received. */
export interface Message {
  /** Counts all messages of the page, from 1 on. */
  readonly number: number;
  readonly topic: string;
  /** Text, where the payload is UTF-8. */
  readonly text: string | undefined;
  /** Base64, where it is not. */
  readonly base64: string | undefined;
  readonly qos: number;
  /** Whether the broker had kept it from before the subscription. */
  readonly isRetained: boolean;
  /** Whether the broker delivers it again. */
  readonly isDuplicate: boolean;
  readonly properties: Properties | undefined;
  /** When it arrived here, in milliseconds since the epoch. */
  readonly at: number;
  /** Characters that it takes in memory, about. */
  readonly size: number;
}

/** The gateway's event. */
export interface MessageEvent {
  readonly id: number;
  readonly topic: string;
  readonly payload?: string;
  readonly payloadBase64?: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly duplicate: boolean;
  readonly properties?: Properties;
}

/** What every message takes beside its texts. */
const OVERHEAD = 100;
/** Longer texts are cut for one line. */
const PREVIEW = 200;

/** Makes the page's message of the gateway's event. */
export function toMessage(event: MessageEvent, number: number, at: number): Message {
  const { topic, payload, payloadBase64, qos, retain, duplicate, properties } = event;
  return {
    number,
    topic,
    text: payload,
    base64: payloadBase64,
    qos,
    isRetained: retain,
    isDuplicate: duplicate,
    properties,
    at,
    size: OVERHEAD + topic.length + (payload ?? payloadBase64 ?? '').length,
  };
}

/** The beginning of a payload for one line; bytes that are no text as their number. */
export function previewOf({ text, base64 }: Message): string {
  if (text !== undefined) return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
  return `${byteLength(base64 ?? '')} bytes`;
}

/** Bytes of a base64 text. */
function byteLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** The payload's bytes. */
export function bytesOf({ text, base64 }: Message): Uint8Array {
  if (text !== undefined) return new TextEncoder().encode(text);
  return Uint8Array.from(atob(base64 ?? ''), (sign) => sign.charCodeAt(0));
}

/** Whether a message's topic or the beginning of its payload has a text in it. @param wanted In lower case. */
export function hasText(message: Message, wanted: string): boolean {
  return message.topic.toLowerCase().includes(wanted) || previewOf(message).toLowerCase().includes(wanted);
}
