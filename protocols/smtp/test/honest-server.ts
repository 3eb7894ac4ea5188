// A mail server for the chaos tests: it keeps the mail transaction, takes DATA and BDAT, and reports what comes out of
// order. What it has taken to its end counts as delivered.
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosWorld, markersIn } from '@fairlead/testkit/chaos';

/** How long it thinks about a message, in microtasks. */
const SLOW = 30;
const NOT_NOW = '452 4.3.1 Insufficient system storage';

/** Serves one connection, which offers `keywords`. */
export async function serveHonestly(
  server: MemoryServer,
  world: ChaosWorld,
  keywords: readonly string[],
): Promise<void> {
  await new HonestSession(server, world, keywords).serve();
}

class HonestSession {
  readonly #server: MemoryServer;
  readonly #world: ChaosWorld;
  readonly #keywords: readonly string[];
  #rest = Buffer.alloc(0);
  /** The open mail transaction. */
  #mail: { recipients: number; data: string; isChunked: boolean; isRefused: boolean } | undefined;
  #isWelcome = false;

  constructor(server: MemoryServer, world: ChaosWorld, keywords: readonly string[]) {
    this.#server = server;
    this.#world = world;
    this.#keywords = keywords;
  }

  async serve(): Promise<void> {
    await this.#say('220 mx.test ESMTP');
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return;
      if (/[\r\n\0]/.test(line)) this.#world.breach(`a control character in ${JSON.stringify(line)}`);
      const [, verb = '', rest = ''] = /^(\w+) ?(.*)$/s.exec(line) ?? [];
      if (verb !== 'EHLO' && !this.#isWelcome) this.#world.breach(`${verb} before EHLO`);
      // Without PIPELINING nothing may come before the answer.
      if (!this.#keywords.includes('PIPELINING') && this.#rest.length > 0 && verb !== 'BDAT')
        this.#world.breach(`more behind ${verb}, without PIPELINING`);
      if (verb === 'QUIT') {
        await this.#say('221 2.0.0 Bye');
        return;
      }
      await this.#command(verb, rest);
    }
  }

  async #command(verb: string, rest: string): Promise<void> {
    switch (verb) {
      case 'EHLO': {
        this.#isWelcome = true;
        const lines = ['mx.test', ...this.#keywords];
        return this.#say(...lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}`));
      }
      case 'NOOP':
        if (this.#mail !== undefined) this.#world.breach('a mail transaction is left open');
        return this.#say('250 2.0.0 OK');
      case 'RSET':
        this.#mail = undefined;
        return this.#say('250 2.0.0 OK');
      case 'MAIL':
        if (this.#mail !== undefined) this.#world.breach('MAIL within a mail transaction');
        if (this.#world.refuses()) return this.#say(NOT_NOW);
        this.#mail = { recipients: 0, data: '', isChunked: false, isRefused: false };
        return this.#say('250 2.1.0 OK');
      case 'RCPT':
        if (this.#world.refuses()) return this.#say('451 4.3.0 Try again');
        if (this.#mail === undefined) return this.#say('503 5.5.1 MAIL first');
        this.#mail.recipients += 1;
        return this.#say('250 2.1.5 OK');
      case 'DATA':
        return this.#data();
      case 'BDAT':
        return this.#chunk(rest);
      default:
        this.#world.breach(`the command ${verb}`);
        return this.#say('500 5.5.2 What?');
    }
  }

  async #data(): Promise<void> {
    const mail = this.#mail;
    if (mail === undefined || mail.recipients === 0) return this.#say('503 5.5.1 RCPT first');
    if (this.#world.refuses()) return this.#say('451 4.3.0 Try again');
    await this.#say('354 Go ahead');
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return;
      if (line === '.') break;
      mail.data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
    }
    await this.#deliver(mail.data);
  }

  async #chunk(rest: string): Promise<void> {
    const [, size, last] = /^(\d+)( LAST)?$/.exec(rest) ?? [];
    if (size === undefined) {
      this.#world.breach(`BDAT ${rest}`);
      return;
    }
    const bytes = await this.#take(Number(size));
    if (bytes === undefined) return;
    const mail = this.#mail;
    if (mail === undefined || mail.recipients === 0) return this.#say('503 5.5.1 RCPT first');
    mail.data += bytes.toString('latin1');
    mail.isRefused ||= this.#world.refuses();
    if (mail.isRefused) {
      if (last !== undefined) this.#mail = undefined;
      return this.#say(NOT_NOW);
    }
    if (last === undefined) return this.#say('250 2.0.0 OK');
    await this.#deliver(mail.data);
  }

  async #deliver(data: string): Promise<void> {
    this.#mail = undefined;
    if (this.#world.refuses()) return this.#say(NOT_NOW);
    if (!data.endsWith('the end\r\n')) this.#world.breach('a message was ended before it was whole');
    for (const marker of markersIn(data)) this.#world.saw(marker);
    for (let n = 0; n < SLOW; n += 1) await Promise.resolve();
    return this.#say('250 2.0.0 Ok: queued');
  }

  #say(...lines: readonly string[]): Promise<void> {
    return this.#server.write(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join('')));
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) return (await this.#take(end + 2))?.subarray(0, end).toString('latin1');
      if (!(await this.#more())) return undefined;
    }
  }

  async #take(size: number): Promise<Buffer | undefined> {
    while (this.#rest.length < size) if (!(await this.#more())) return undefined;
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }

  async #more(): Promise<boolean> {
    const chunk = await this.#server.read();
    if (chunk === undefined) return false;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    return true;
  }
}
