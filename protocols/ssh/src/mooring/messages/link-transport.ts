// The pool's side of a connection: an encrypted link as a transport of framed messages. It answers what the server asks of the
// connection as a whole, since nobody may have borrowed it then.
import { usage } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import type { PacketLink } from '../../connection/packet-link.ts';
import { requestFailureMessage } from '../../wire/channels/encode.ts';
import * as CONNECTION from '../../wire/numbers/connection.ts';
import { SshReader } from '../../wire/ssh-reader.ts';
import { FrameSplitter, frame } from './frames.ts';

/** How many answers may wait for a server that does not read them; then it is not read either. */
const MAX_UNSENT_ANSWERS = 1_024;

/** A link that is logged in. */
export class LinkTransport implements Transport {
  readonly #link: PacketLink;
  readonly #frames = new FrameSplitter();
  #unsentAnswers = 0;

  constructor(link: PacketLink) {
    this.#link = link;
  }

  get peer() {
    return this.#link.peer;
  }

  get closed(): Promise<void> {
    return this.#link.closed;
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const message = await this.#link.receive();
      if (message === undefined) return undefined;
      const number = message[0] ?? 0;
      if (number === CONNECTION.GLOBAL_REQUEST) await this.#refuse(message);
      else if (number < CONNECTION.GLOBAL_REQUEST || number > CONNECTION.CHANNEL_FAILURE)
        await this.#answered(this.#link.sendUnimplemented());
      else return frame(message);
    }
  }

  /** As a client without forwards answers, and OpenSSH's ClientAlive expects. */
  async #refuse(message: Uint8Array): Promise<void> {
    const reader = new SshReader(message.subarray(1));
    reader.string();
    if (reader.boolean()) await this.#answered(this.#link.send(requestFailureMessage()));
  }

  /** Waits for an answer only where too many do; never in a key exchange, which goes on by reading. */
  async #answered(sent: Promise<void>): Promise<void> {
    this.#unsentAnswers += 1;
    const settled = sent
      // The link has failed, and the next read says of what.
      .catch(() => undefined)
      .then(() => {
        this.#unsentAnswers -= 1;
      });
    if (this.#unsentAnswers > MAX_UNSENT_ANSWERS && !this.#link.isHolding) await settled;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await Promise.all(this.#frames.push(bytes).map((message) => this.#link.send(message)));
  }

  /** SSH has an end for each channel, and none for a direction of the connection. */
  async closeWrite(): Promise<void> {}

  startTls(): Promise<void> {
    return Promise.reject(usage('SSH has encryption of its own'));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  destroy(reason: Error): void {
    this.#link.destroy(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
