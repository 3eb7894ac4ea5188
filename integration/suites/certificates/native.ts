// What the platform's own TLS says of a chain: TLS 1.3 servers of this process show it, and the client's answer is the verdict.
import { createServer, type Server, type Socket } from 'node:net';
import type { Identity, Verdict } from '../../../packages/tls/test/hostile/server/server.ts';
import { ScriptedServer } from '../../../packages/tls/test/hostile/server/server.ts';
import type { Verifier } from './verifier/start.ts';

/** A chain to be shown, and the name that is asked for. */
export interface NativeTrial {
  readonly identity: Identity;
  readonly name: string;
}

/** Servers that show chains, several at once. */
export class NativeTrials implements AsyncDisposable {
  readonly #verifier: Verifier;
  readonly #slots: Slot[] = [];

  private constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** @param slots How many handshakes run at once. */
  static async start(verifier: Verifier, slots: number): Promise<NativeTrials> {
    const trials = new NativeTrials(verifier);
    for (let i = 0; i < slots; i++) trials.#slots.push(await Slot.listen());
    return trials;
  }

  /** @returns How the platform answered each chain, in their order. */
  async judge(trials: readonly NativeTrial[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    for (let at = 0; at < trials.length; at += this.#slots.length) {
      const part = trials.slice(at, at + this.#slots.length);
      const shown = part.map((trial, i) => this.#slots[i]?.show(trial.identity));
      const asked = part.map(({ name }, i) => ({ port: this.#slots[i]?.port ?? 0, name }));
      await this.#verifier.native(asked);
      for (const verdict of await Promise.all(shown)) verdicts.push(verdict ?? { kind: 'ended' });
    }
    return verdicts;
  }

  /** Judges one alone. @returns Why it was refused, in the words of workerd's log; `undefined` where it was accepted. */
  async wordsFor(trial: NativeTrial): Promise<string | undefined> {
    this.#verifier.takeLog();
    const [verdict] = await this.judge([trial]);
    if (verdict?.kind === 'finished') return undefined;
    const lines = this.#verifier.takeLog();
    const words = lines.map((line) => /TLS handshake failed: ([^\n]*)/.exec(line)?.[1]);
    return words.find((found) => found !== undefined) ?? `nothing in the log (${verdict?.kind})`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }
}

/** One port: the next connection is shown the chain that it was told last. */
class Slot {
  readonly #server: Server;
  #identity: Identity | undefined;
  #tell: (verdict: Verdict) => void = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => void this.#serve(socket));
  }

  static async listen(): Promise<Slot> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Slot(server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  show(identity: Identity): Promise<Verdict> {
    this.#identity = identity;
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  async #serve(socket: Socket): Promise<void> {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const tell = this.#tell;
    if (this.#identity === undefined) return;
    const chunks = socket[Symbol.asyncIterator]();
    const server = new ScriptedServer(
      {
        read: async () => {
          const { done, value } = await chunks.next();
          return done === true ? undefined : value;
        },
        write: async (bytes) => {
          socket.write(bytes);
        },
      },
      { identity: this.#identity },
    );
    try {
      const verdict = await server.play();
      if (verdict.kind === 'finished') await server.sendAlert(1, 0);
      tell(verdict);
    } catch {
      tell({ kind: 'ended' });
    } finally {
      socket.end();
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
