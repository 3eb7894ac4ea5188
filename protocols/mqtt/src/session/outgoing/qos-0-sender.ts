// Sends messages with QoS 0, which have no acknowledgement: with topic aliases, where the broker takes them.
import { encodePublish } from '../../wire/encode/publish.ts';
import type { Publication } from '../../wire/packets.ts';
import type { SessionOutput } from '../output.ts';

/** Sends a session's messages with QoS 0. */
export class Qos0Sender {
  readonly #output: SessionOutput;
  /** The aliases by which the broker knows topics on this connection (section 3.3.2.3.4). */
  readonly #aliases = new Map<string, number>();
  #latestTopic = '';

  constructor(output: SessionOutput) {
    this.#output = output;
  }

  /** Begins on a new connection. */
  resume(): void {
    this.#aliases.clear();
    this.#latestTopic = '';
  }

  /**
   * Appends a message to the send buffer. The connection must be open.
   * @throws FairleadError `usage` or `limit`.
   */
  publish(publication: Publication): void {
    const { topic } = publication;
    const { writer, limits } = this.#output;
    const aliases = this.#aliases;
    let alias = aliases.get(topic) ?? 0;
    const isKnown = alias > 0;
    if (!isKnown && topic === this.#latestTopic && aliases.size < limits.topicAliasMaximum) {
      alias = aliases.size + 1;
    }
    encodePublish(writer, publication, 0, limits, alias, isKnown);
    if (alias > 0 && !isKnown) aliases.set(topic, alias);
    this.#latestTopic = topic;
  }
}
