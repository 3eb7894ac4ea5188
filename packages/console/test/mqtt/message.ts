// Messages for the tests.
import { type Message, toMessage } from '../../src/pages/mqtt/feed/message.ts';

let number = 0;

/** A message with a text. */
export function message(topic: string, payload = '', at = 1_000): Message {
  number++;
  const flags = { qos: 1, retain: false, duplicate: false };
  return toMessage({ id: number, topic, payload, ...flags }, number, at);
}
