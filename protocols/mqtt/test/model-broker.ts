// A broker with a session, after section 4.3, whose connections can be cut behind any packet. It routes nothing.
import { Broker, type Line, type Loose } from './broker.ts';

/** A message on its way to the client. */
interface Owed {
  readonly messageId: number;
  readonly payload: string;
  readonly qos: 1 | 2;
  sent: boolean;
  released: boolean;
}

/** Options of a `ModelBroker`. */
export interface ModelOptions {
  /** Cuts the connection when so many packets have gone by, both ways together; once. */
  readonly cutBehind?: number;
  /** Whether a session outlives its connection. Default true. */
  readonly keepsSession?: boolean;
}

export class ModelBroker {
  readonly broker: Broker = new Broker();
  /** Payloads that were published to it, as often as it would have given them to subscribers. */
  readonly received: string[] = [];
  /** What the client did wrong. */
  readonly breaches: string[] = [];
  connections = 0;
  wasCut = false;
  /** QoS 2 messages that are taken, but not released. */
  readonly #held = new Map<unknown, string>();
  readonly #owed: Owed[] = [];
  readonly #options: ModelOptions;
  #cutBehind: number;
  #hasSession = false;
  #packets = 0;
  #latest = 0;
  #line: Line | undefined;
  #subscribed = false;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#cutBehind = options.cutBehind ?? 0;
    void this.#serve();
  }

  /** Sends a message, as soon as there is a subscription. */
  deliver(payload: string, qos: 1 | 2): void {
    this.#owed.push({ messageId: ++this.#latest, payload, qos, sent: false, released: false });
    this.#push();
  }

  /** Later connections are not cut, if this one was not. */
  stopCutting(): void {
    this.#cutBehind = 0;
  }

  /** Whether the client has answered everything. */
  get isDone(): boolean {
    return this.#owed.length === 0;
  }

  async #serve(): Promise<void> {
    for (;;) {
      const line = await this.broker.line();
      this.connections++;
      await this.#converse(line);
      this.#line = undefined;
    }
  }

  async #converse(line: Line): Promise<void> {
    let isFirst = true;
    for (let packet = await line.next(); packet !== undefined; packet = await line.next()) {
      if (isFirst !== (packet.cmd === 'connect')) this.breaches.push(`${packet.cmd} out of place`);
      isFirst = false;
      if (this.#cut(line)) return;
      this.#take(line, packet);
      if (this.wasCut && this.#packets === this.#cutBehind) return;
    }
  }

  /** Counts a packet. @returns Whether the connection ends behind it. */
  #cut(line: Line): boolean {
    if (++this.#packets !== this.#cutBehind || this.wasCut) return false;
    this.wasCut = true;
    line.server.reset();
    return true;
  }

  #send(line: Line, packet: Loose): void {
    if (this.wasCut && this.#packets === this.#cutBehind) return;
    line.send(packet);
    // What was sent arrives, mostly: the reset comes a moment later.
    if (this.#packets + 1 === this.#cutBehind && !this.wasCut) {
      this.#packets++;
      this.wasCut = true;
      setTimeout(() => line.server.reset(), 2);
    } else this.#packets++;
  }

  #take(line: Line, packet: Loose): void {
    const { cmd, messageId, qos } = packet;
    const payload = String(packet.payload);
    switch (cmd) {
      case 'connect':
        this.#connect(line, packet.clean === true);
        return;
      case 'subscribe':
        this.#send(line, { cmd: 'suback', messageId, granted: [2], reasonCode: 0 });
        this.#subscribed = true;
        this.#push();
        return;
      case 'publish':
        if (qos === 1) {
          this.received.push(payload);
          this.#send(line, { cmd: 'puback', messageId, reasonCode: 0 });
        } else {
          this.#held.set(messageId, payload);
          this.#send(line, { cmd: 'pubrec', messageId, reasonCode: 0 });
        }
        return;
      case 'pubrel': {
        const held = this.#held.get(messageId);
        if (held !== undefined) this.received.push(held);
        this.#held.delete(messageId);
        this.#send(line, { cmd: 'pubcomp', messageId, reasonCode: held === undefined ? 0x92 : 0 });
        return;
      }
      case 'puback':
      case 'pubcomp':
        this.#drop(messageId);
        return;
      case 'pubrec': {
        const owed = this.#owed.find((each) => each.messageId === messageId);
        if (owed !== undefined) owed.released = true;
        this.#send(line, { cmd: 'pubrel', messageId, reasonCode: 0 });
        return;
      }
      default:
    }
  }

  #drop(messageId: unknown): void {
    const at = this.#owed.findIndex((each) => each.messageId === messageId);
    if (at >= 0) this.#owed.splice(at, 1);
  }

  #connect(line: Line, clean: boolean): void {
    const sessionPresent = this.#hasSession && !clean && this.#options.keepsSession !== false;
    if (!sessionPresent) {
      this.#held.clear();
      this.#subscribed = false;
    }
    this.#hasSession = true;
    this.#line = line;
    this.#send(line, { cmd: 'connack', sessionPresent, reasonCode: 0, properties: { receiveMaximum: 2 } });
    for (const each of this.#owed) {
      if (!each.sent) continue;
      const { messageId, payload, qos } = each;
      if (each.released) this.#send(line, { cmd: 'pubrel', messageId, reasonCode: 0 });
      else this.#send(line, { cmd: 'publish', topic: 't', payload, qos, messageId, dup: true });
    }
    this.#push();
  }

  #push(): void {
    if (this.#line === undefined || !this.#subscribed) return;
    for (const each of this.#owed) {
      if (each.sent) continue;
      each.sent = true;
      const { messageId, payload, qos } = each;
      this.#send(this.#line, { cmd: 'publish', topic: 't', payload, qos, messageId });
    }
  }
}
