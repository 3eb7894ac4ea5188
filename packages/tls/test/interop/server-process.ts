// A server as a process: what it prints, what is typed into it, its end.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** On a loaded machine a server may take a while. */
const WAIT_MS = 10_000;
const LIFETIME_S = '120';

/** A running server. Disposing of it ends it and waits for its end. */
export class ServerProcess implements AsyncDisposable {
  /** Everything that it has printed, on both of its streams. */
  output = '';
  port = 0;
  readonly #child: ChildProcessWithoutNullStreams;
  #hasEnded = false;
  readonly #listeners = new Set<() => void>();

  private constructor(program: string, args: readonly string[]) {
    // The limit ends a server whose test was killed.
    this.#child = spawn('timeout', [LIFETIME_S, program, ...args], { env: { PATH: process.env.PATH } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('latin1');
      stream.on('data', (text: string) => {
        this.output += text;
        this.#tell();
      });
    }
    // A server that is gone takes no more lines, which a test sees by what it prints.
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => {
      this.output += String(error);
      this.#end();
    });
    this.#child.on('exit', () => this.#end());
  }

  /**
   * Starts OpenSSL's server.
   * @param args Its options besides the port.
   */
  static async openssl(...args: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess('openssl', ['s_server', '-accept', '0', ...args]);
    server.port = Number((await server.#untilUp(/ACCEPT .*:(\d+)\n/))[1]);
    return server;
  }

  /** Starts GnuTLS's server, as an echo server. It does not say which port it was given, so it is given one. */
  static async gnutls(...args: readonly string[]): Promise<ServerProcess> {
    const port = await freePort();
    // Its output would wait in a buffer until it ends.
    const lineByLine = ['-oL', 'gnutls-serv', '--echo', '--crlf'];
    const server = new ServerProcess('stdbuf', [...lineByLine, '--port', String(port), ...args]);
    server.port = port;
    await server.#untilUp(/listening on IPv4 .*done/);
    return server;
  }

  /** Waits until it has printed something. @throws Error with all of its output where it does not. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.#hasEnded || Date.now() > deadline) {
        throw new Error(`The server has not printed ${pattern}. It printed:\n${this.output}`);
      }
      await this.#more(deadline - Date.now());
    }
  }

  /** Forgets what was printed so far. */
  forget(): void {
    this.output = '';
  }

  /** Types one line. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  /** The same, for a server that nobody else knows yet: it is ended where it does not come up. */
  async #untilUp(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      return await this.until(pattern);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  #more(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#listeners.add(done);
    });
  }

  #end(): void {
    this.#hasEnded = true;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
