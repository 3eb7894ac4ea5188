// Random packets, the same for the same seed.
import { seededRandom } from '@fairlead/testkit';
import type { Loose } from './broker.ts';

const TEXTS = ['', 'a', 'sport/tennis', 'ä/ö', '日本', 'x'.repeat(200), '😀', 'a b'];
const ACKNOWLEDGED = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  bytes(max: number): Uint8Array {
    return Uint8Array.from({ length: this.below(max) }, () => this.below(256));
  }

  text(): string {
    return this.pick(TEXTS);
  }

  maybe<T>(make: () => T): T | undefined {
    return this.below(3) === 0 ? make() : undefined;
  }

  userProperties(): [string, string][] | undefined {
    return this.maybe(() => Array.from({ length: 1 + this.below(4) }, () => [this.text(), this.text()]));
  }

  /** A packet that a broker may send, in mqtt-packet's words. */
  fromBroker(): Loose {
    const messageId = 1 + this.below(65_535);
    const refusal =
      this.below(2) === 0 ? {} : { reasonString: this.text(), userProperties: { a: ['1', '2'] } };
    switch (this.below(9)) {
      case 0:
        return { cmd: 'puback', messageId, reasonCode: this.pick(ACKNOWLEDGED), properties: refusal };
      case 1:
        return { cmd: 'pubrec', messageId, reasonCode: this.pick(ACKNOWLEDGED) };
      case 2:
        return { cmd: 'pubrel', messageId, reasonCode: this.pick([0, 0x92]) };
      case 3:
        return { cmd: 'pubcomp', messageId, reasonCode: this.pick([0, 0x92]), properties: refusal };
      case 4:
        return {
          cmd: 'suback',
          messageId,
          granted: [0, 1, 2, 0x80, 0x87].slice(this.below(5)),
          properties: refusal,
        };
      case 5:
        return {
          cmd: 'unsuback',
          messageId,
          granted: [0, 0x11, 0x80].slice(this.below(3)),
          properties: refusal,
        };
      case 6:
        return { cmd: 'pingresp' };
      default:
        return this.#publish(messageId);
    }
  }

  #publish(messageId: number): Loose {
    const qos = this.below(3);
    return {
      cmd: 'publish',
      topic: this.text() || 't',
      payload: Buffer.from(this.bytes(this.pick([1, 20, 200, 20_000]))),
      qos,
      messageId: qos > 0 ? messageId : undefined,
      retain: this.below(2) === 1,
      dup: qos > 0 && this.below(2) === 1,
      properties: {
        payloadFormatIndicator: this.maybe(() => this.below(2) === 1),
        messageExpiryInterval: this.maybe(() => this.below(2 ** 32)),
        contentType: this.maybe(() => this.text()),
        responseTopic: this.maybe(() => this.text() || 'r'),
        correlationData: this.maybe(() => Buffer.from(this.bytes(20))),
        // mqtt-packet keeps several apart only if their order does not matter.
        userProperties: this.maybe(() => ({ a: this.text(), b: this.text() })),
        subscriptionIdentifier: this.maybe(() => 1 + this.below(this.pick([100, 20_000, 268_435_455]))),
      },
    };
  }
}
