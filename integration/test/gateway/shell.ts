// The caller's side of GET /ssh/shell.
import { expect } from 'vitest';

/** A terminal that remembers all that it was shown. */
export class Shell {
  screen = '';
  /** The JSON of the text messages that came. */
  readonly messages: unknown[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  readonly #decoder = new TextDecoder();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.messages.push(JSON.parse(data));
      else this.screen += this.#decoder.decode(data, { stream: true });
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
  }

  /** Opens a shell. @throws Error where the gateway refuses. */
  static async open(gateway: URL, query: string, token = 'token-all'): Promise<Shell> {
    const url = new URL(`/ssh/shell?${query}`, gateway);
    url.protocol = 'ws:';
    const bearer = `fairlead.bearer.${Buffer.from(token).toString('base64url')}`;
    const socket = new WebSocket(url.href, ['fairlead.shell.v1', bearer]);
    const shell = new Shell(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('no WebSocket')));
    });
    return shell;
  }

  type(text: string): void {
    this.#socket.send(new TextEncoder().encode(text));
  }

  /** Sends a text message. */
  say(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Waits until the screen has a text. @returns What a pattern has found. */
  async shows(text: string | RegExp): Promise<readonly string[]> {
    await expect.poll(() => this.screen, { timeout: 20_000 }).toMatch(text);
    return this.screen.match(text) ?? [];
  }

  close(): void {
    this.#socket.close(1000);
  }
}
