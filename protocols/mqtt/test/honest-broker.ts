// A broker for the chaos tests: it answers every packet as the specification says, and reports identifiers that are used
// twice, packets out of order and subscriptions that are left behind.
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosWorld, markersIn } from '@fairlead/testkit/chaos';
import { Line, type Loose } from './broker.ts';

const QUOTA_EXCEEDED = 0x97;
const UNSPECIFIED = 0x80;

/** Serves one connection in protocol version 5, or 4 for 3.1.1. */
export async function serveHonestly(server: MemoryServer, world: ChaosWorld, version: 4 | 5): Promise<void> {
  const line = new Line(server, version);
  const session = new HonestSession(world, version);
  for (let packet = await line.next(); packet !== undefined; packet = await line.next()) {
    line.send(...session.answers(packet));
  }
}

class HonestSession {
  readonly #world: ChaosWorld;
  readonly #version: 4 | 5;
  readonly #inFlight = new Set<unknown>();
  readonly #filters = new Set<string>();
  #isConnected = false;

  constructor(world: ChaosWorld, version: 4 | 5) {
    this.#world = world;
    this.#version = version;
  }

  answers(packet: Loose): Loose[] {
    const { cmd, messageId, qos } = packet;
    if (this.#isConnected === (cmd === 'connect')) this.#world.breach(`${cmd} out of place`);
    if (cmd === 'subscribe' || cmd === 'unsubscribe' || (cmd === 'publish' && qos)) {
      if (this.#inFlight.has(messageId)) this.#world.breach(`${cmd} ${messageId} is in flight`);
      this.#inFlight.add(messageId);
    }
    const answers = this.#answers(packet);
    for (const answer of answers) if (answer.cmd !== 'pubrec') this.#inFlight.delete(answer.messageId);
    return answers;
  }

  #answers(packet: Loose): Loose[] {
    const { cmd, messageId } = packet;
    switch (cmd) {
      case 'connect': {
        this.#isConnected = true;
        const isRefused = this.#world.refuses();
        const returnCode = isRefused ? 3 : 0;
        return [{ cmd: 'connack', sessionPresent: false, returnCode, reasonCode: isRefused ? 0x88 : 0 }];
      }
      case 'subscribe':
        return [{ cmd: 'suback', messageId, granted: this.#subscribe(packet) }];
      case 'unsubscribe': {
        const filters = packet.unsubscriptions as string[];
        for (const filter of filters) this.#filters.delete(filter);
        return [{ cmd: 'unsuback', messageId, granted: filters.map(() => 0) }];
      }
      case 'publish':
        return this.#publish(packet);
      case 'pubrel':
        if (!this.#inFlight.has(messageId)) this.#world.breach(`PUBREL ${messageId} without a PUBLISH`);
        return [{ cmd: 'pubcomp', messageId, reasonCode: 0 }];
      case 'pingreq':
        return [{ cmd: 'pingresp' }];
      default:
        return [];
    }
  }

  #subscribe({ subscriptions }: Loose): number[] {
    return (subscriptions as { topic: string }[]).map(({ topic }) => {
      if (this.#world.refuses()) return UNSPECIFIED;
      for (const marker of markersIn(topic)) this.#world.saw(marker);
      this.#filters.add(topic);
      return 1;
    });
  }

  #publish(packet: Loose): Loose[] {
    const { messageId, qos, topic, payload, properties } = packet;
    if (topic === 'probe')
      for (const filter of this.#filters)
        if (markersIn(filter).length > 0) this.#world.breach(`a subscription to ${filter} is left`);
    const isRefused = qos !== 0 && this.#version === 5 && this.#world.refuses();
    const reasonCode = isRefused ? QUOTA_EXCEEDED : 0;
    const cmd = qos === 1 ? 'puback' : 'pubrec';
    const answer = qos === 0 ? [] : [{ cmd, messageId, reasonCode } as const];
    if (isRefused) {
      this.#inFlight.delete(messageId);
      return answer;
    }
    for (const marker of markersIn(String(payload))) this.#world.saw(marker);
    const { responseTopic, correlationData } = (properties ?? {}) as Record<string, unknown>;
    if (responseTopic === undefined) return answer;
    return [
      ...answer,
      { cmd: 'publish', topic: responseTopic, payload: 'answer', qos: 0, properties: { correlationData } },
    ];
  }
}
