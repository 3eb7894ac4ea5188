// A broker that answers everything at once, notes what it sees of each call, and what a client does wrong with identifiers.
import { Broker, type Line, type Loose } from './broker.ts';

export class ObligingBroker {
  readonly broker: Broker;
  /** Every packet of every connection, in order. */
  readonly seen: Loose[] = [];
  readonly breaches: string[] = [];
  /** The connection that is open. */
  line: Line | undefined;
  /** Packets that it leaves without an answer. */
  readonly ignores = new Set<string>();
  readonly #version: 4 | 5;

  constructor(version: 4 | 5 = 5) {
    this.#version = version;
    this.broker = new Broker(version);
    void this.#serve();
  }

  /** Whether a packet of that kind was seen, with that topic if one is given. */
  saw(cmd: string, topic?: string): boolean {
    return this.seen.some((packet) => packet.cmd === cmd && (topic === undefined || packet.topic === topic));
  }

  async #serve(): Promise<void> {
    for (;;) {
      const line = await this.broker.line();
      this.line = line;
      void this.#converse(line);
    }
  }

  async #converse(line: Line): Promise<void> {
    const inFlight = new Set<unknown>();
    for (let packet = await line.next(); packet !== undefined; packet = await line.next()) {
      this.seen.push(packet);
      const { cmd, messageId, qos } = packet;
      const takesIdentifier = cmd === 'subscribe' || cmd === 'unsubscribe' || (cmd === 'publish' && qos);
      if (takesIdentifier && inFlight.has(messageId)) this.breaches.push(`${cmd} ${messageId} is in flight`);
      if (takesIdentifier) inFlight.add(messageId);
      const answers = this.ignores.has(cmd) ? [] : this.#answers(packet);
      for (const answer of answers) if (answer.cmd !== 'pubrec') inFlight.delete(answer.messageId);
      line.send(...answers);
    }
  }

  #answers(packet: Loose): Loose[] {
    const { cmd, messageId, qos } = packet;
    const reasonCode = 0;
    switch (cmd) {
      case 'connect':
        return [{ cmd: 'connack', sessionPresent: packet.clean === false, returnCode: 0, reasonCode }];
      case 'subscribe': {
        const granted = (packet.subscriptions as unknown[]).map(() => 1);
        return [{ cmd: 'suback', messageId, granted }];
      }
      case 'unsubscribe':
        return [{ cmd: 'unsuback', messageId, granted: (packet.unsubscriptions as unknown[]).map(() => 0) }];
      case 'publish':
        return [
          ...this.#reply(packet),
          ...(qos ? [acknowledgement(qos === 1 ? 'puback' : 'pubrec', messageId)] : []),
        ];
      case 'pubrel':
        return [acknowledgement('pubcomp', messageId)];
      case 'pingreq':
        return [{ cmd: 'pingresp' }];
      default:
        return [];
    }
  }

  /** What a service would answer to a request. */
  #reply({ properties }: Loose): Loose[] {
    const { responseTopic, correlationData } = (properties ?? {}) as Record<string, unknown>;
    if (this.#version === 4 || responseTopic === undefined || this.ignores.has('request')) return [];
    return [
      { cmd: 'publish', topic: responseTopic, payload: 'answer', qos: 0, properties: { correlationData } },
    ];
  }
}

function acknowledgement(cmd: 'puback' | 'pubrec' | 'pubcomp', messageId: unknown): Loose {
  return { cmd, messageId, reasonCode: 0 };
}
