// For tests of pooled connections: a mail server in memory that keeps mail transactions, counts its connections, and may be told
// to misbehave at any command.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';

/** A mail that was accepted to its end. */
export interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: string;
}

/** What the server does in place of its usual answer: a reply without its line end, or an end. */
export type Mischief = string | 'FIN' | 'RST' | 'STALL';

/** Asked before each answer: `connection` counts from 0, `turn` counts the commands of the connection from 0. */
export type Mischievous = (command: string, connection: number, turn: number) => Mischief | undefined;

/** How the server behaves. */
export interface MailServerOptions {
  readonly keywords?: readonly string[] | undefined;
  readonly misbehave?: Mischievous | undefined;
}

/** A server and what has happened to it. */
export interface MailServer {
  readonly connector: Connector;
  readonly delivered: Delivered[];
  /** The commands of each connection, behind the login. */
  readonly commands: string[][];
  /** What came that is no command: a part of a mail, perhaps. */
  readonly nonsense: string[];
  readonly lines: MemoryServer[];
  open: number;
  most: number;
  misbehave: Mischievous;
  /** Nothing is read before it settles. */
  held: Promise<unknown>;
}

const LOGIN = ['EHLO', 'AUTH', 'STARTTLS'];

/** Starts one. It lets `app` with any password in, by PLAIN. */
export function mailServer({
  keywords = [],
  misbehave = () => undefined,
}: MailServerOptions = {}): MailServer {
  const server: MailServer = {
    connector: memoryConnector(async (line) => {
      server.lines.push(line);
      server.open += 1;
      server.most = Math.max(server.most, server.open);
      void line.closed.then(() => {
        server.open -= 1;
      });
      await new Session(server, line, keywords).serve().catch(() => undefined);
      await line.close();
    }),
    delivered: [],
    commands: [],
    nonsense: [],
    lines: [],
    open: 0,
    most: 0,
    misbehave,
    held: Promise.resolve(),
  };
  return server;
}

class Session {
  readonly #server: MailServer;
  readonly #line: MemoryServer;
  readonly #keywords: readonly string[];
  readonly #index: number;
  readonly #commands: string[] = [];
  #turn = 0;
  #rest = '';
  /** Replies that wait for the end of what was sent together, as Postfix's do. */
  #replies = '';
  #mail: { from: string; to: string[]; content: string } | undefined;

  constructor(server: MailServer, line: MemoryServer, keywords: readonly string[]) {
    this.#server = server;
    this.#line = line;
    this.#keywords = keywords;
    this.#index = server.commands.push(this.#commands) - 1;
  }

  async serve(): Promise<void> {
    await this.#answer('dial', '220 mx.test ESMTP');
    for (;;) {
      const line = await this.#readLine();
      if (line === undefined) return;
      const verb = line.slice(0, 4);
      if (!LOGIN.includes(line.split(' ')[0] ?? '')) this.#commands.push(line);
      if (!/^(EHLO|HELO|AUTH|STAR|MAIL|RCPT|DATA|BDAT|RSET|NOOP|VRFY|QUIT)/.test(line))
        this.#server.nonsense.push(line);
      await this.#command(verb, line);
      if (verb === 'QUIT') return;
    }
  }

  async #command(verb: string, line: string): Promise<unknown> {
    switch (verb) {
      case 'EHLO': {
        const texts = ['mx.test', ...this.#keywords, 'AUTH PLAIN'];
        return this.#answer(
          line,
          texts.map((text, i) => `250${i === texts.length - 1 ? ' ' : '-'}${text}`).join('\r\n'),
        );
      }
      case 'AUTH':
        return this.#answer(line, '235 2.7.0 Welcome');
      case 'RSET':
        this.#mail = undefined;
        return this.#answer(line, '250 2.0.0 Reset');
      case 'MAIL':
        if (this.#mail !== undefined) return this.#answer(line, '503 5.5.1 Nested MAIL');
        if (await this.#answer(line, '250 2.1.0 Ok')) this.#mail = { from: line, to: [], content: '' };
        return;
      case 'RCPT':
        if (this.#mail === undefined) return this.#answer(line, '503 5.5.1 MAIL first');
        if (/nobody/.test(line)) return this.#answer(line, '550 5.1.1 Nobody of that name');
        if (await this.#answer(line, '250 2.1.5 Ok')) this.#mail.to.push(/<(.*)>/.exec(line)?.[1] ?? '');
        return;
      case 'DATA':
        return this.#data(line);
      case 'BDAT':
        if (!this.#offers('CHUNKING')) return this.#answer(line, '500 5.5.2 Unknown command');
        return this.#chunk(line);
      default:
        return this.#answer(line, /NOOP|QUIT/.test(verb) ? '250 2.0.0 Ok' : '252 2.1.5 Perhaps');
    }
  }

  #offers(keyword: string): boolean {
    return this.#keywords.includes(keyword);
  }

  async #data(line: string): Promise<unknown> {
    const mail = this.#mail;
    if (mail === undefined || mail.to.length === 0) return this.#answer(line, '554 5.5.1 No recipients');
    if (!(await this.#answer(line, '354 Go ahead'))) return undefined;
    for (;;) {
      const text = await this.#readLine();
      if (text === undefined) return undefined;
      if (text === '.') break;
      mail.content += `${text.startsWith('.') ? text.slice(1) : text}\r\n`;
    }
    return this.#deliver('message');
  }

  async #chunk(line: string): Promise<unknown> {
    const [, size = '0', last] = /^BDAT (\d+)( LAST)?$/.exec(line) ?? [];
    const content = await this.#take(Number(size));
    if (content === undefined) return undefined;
    const mail = this.#mail;
    if (mail === undefined || mail.to.length === 0) return this.#answer(line, '503 5.5.1 No recipients');
    mail.content += content;
    return last === undefined ? this.#answer(line, '250 2.0.0 Ok') : this.#deliver(line);
  }

  async #deliver(command: string): Promise<unknown> {
    const mail = this.#mail;
    this.#mail = undefined;
    // Time for other callers to come.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const deliver = (reply: Mischief): void => {
      if (mail !== undefined && /^(2|FIN|RST|STALL)/.test(reply)) this.#server.delivered.push(mail);
    };
    return this.#answer(command, '250 2.0.0 Ok: queued', deliver);
  }

  /**
   * @param onAct Told what the answer will be.
   * @returns Whether the usual answer was given, or one with its code.
   */
  async #answer(command: string, usual: string, onAct?: (act: Mischief) => void): Promise<boolean> {
    const act = this.#server.misbehave(command, this.#index, this.#turn++) ?? usual;
    onAct?.(act);
    if (act === 'RST') this.#line.reset();
    if (act === 'FIN') await this.#line.close();
    if (act === 'STALL') await new Promise(() => undefined);
    this.#replies += `${act}\r\n`;
    if (!this.#offers('PIPELINING') || act !== usual || !this.#rest.includes('\r\n')) {
      const replies = this.#replies;
      this.#replies = '';
      await this.#line.write(new TextEncoder().encode(replies));
    }
    return act.slice(0, 4) === usual.slice(0, 4);
  }

  async #readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) return (await this.#take(end + 2))?.slice(0, -2);
      if (!(await this.#more())) return undefined;
    }
  }

  async #take(size: number): Promise<string | undefined> {
    while (this.#rest.length < size) if (!(await this.#more())) return undefined;
    const taken = this.#rest.slice(0, size);
    this.#rest = this.#rest.slice(size);
    return taken;
  }

  async #more(): Promise<boolean> {
    await this.#server.held;
    const chunk = await this.#line.read();
    if (chunk !== undefined) this.#rest += Buffer.from(chunk).toString('latin1');
    return chunk !== undefined;
  }
}
