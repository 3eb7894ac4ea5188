// An encrypted link in memory whose server is a function: for each payload that is sent, what it answers.
import type { PacketLink } from '../../src/connection/packet-link.ts';

/** The answers to one payload, `end` for the end of the connection in good order. */
export type Answer = readonly (Uint8Array | 'end')[];

/** A link for logins. It keeps what was sent. */
export class ScriptedLink implements PacketLink {
  readonly peer = { hostname: 'bastion.example', port: 22, tls: false };
  readonly software = 'Scripted_1';
  readonly isHolding = false;
  readonly sessionId: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at);
  readonly algorithms = {
    keyExchange: 'curve25519-sha256',
    hostKey: 'ssh-ed25519',
    cipherToServer: 'aes256-gcm@openssh.com',
    cipherToClient: 'aes256-gcm@openssh.com',
    macToServer: undefined,
    macToClient: undefined,
  };
  readonly hostKey: Uint8Array = new Uint8Array();
  signatureAlgorithms: readonly string[] | undefined;
  readonly sent: Uint8Array[] = [];
  /** How often a payload was called not implemented. */
  unimplemented = 0;
  isClosed = false;
  destroyedBy: Error | undefined;
  readonly closed: Promise<void>;
  /** How often the client waited with nothing to read: the round trips. */
  waits = 0;
  readonly #server: (payload: Uint8Array) => Answer;
  readonly #incoming: (Uint8Array | 'end')[] = [];
  #wake: () => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(server: (payload: Uint8Array) => Answer, signatureAlgorithms?: readonly string[]) {
    this.#server = server;
    this.signatureAlgorithms = signatureAlgorithms;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async send(payload: Uint8Array): Promise<void> {
    if (this.destroyedBy) throw this.destroyedBy;
    const copy = payload.slice();
    this.sent.push(copy);
    // As over a network: what is answered comes later.
    setTimeout(() => {
      this.#incoming.push(...this.#server(copy));
      this.#wake();
    });
  }

  async receive(): Promise<Uint8Array | undefined> {
    if (this.#incoming.length === 0) this.waits++;
    while (this.#incoming.length === 0) {
      if (this.destroyedBy) throw this.destroyedBy;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#incoming.shift();
    return next === 'end' ? undefined : next;
  }

  async sendUnimplemented(): Promise<void> {
    this.unimplemented++;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#end();
  }

  destroy(reason: Error): void {
    this.destroyedBy ??= reason;
    this.#wake();
    this.#end();
  }
}
