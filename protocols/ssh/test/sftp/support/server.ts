// A scripted SFTP server over a memory transport: it counts what it is asked, and misbehaves where a test says so.
import { type MemoryServer, memoryPair } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import type { SubsystemOpener } from '../../../src/sftp/index.ts';
import * as FXP from '../../../src/sftp/wire/numbers/fxp.ts';
import { SshReader } from '../../../src/wire/ssh-reader.ts';
import { Answers } from './answers.ts';
import { FileSystem } from './file-system.ts';
import { type AnswerOptions, message, type Request } from './messages.ts';

/** The names of request types, for logs. */
const TYPE_NAMES = new Map<number, string>(Object.entries(FXP).map(([name, type]) => [type, name]));

export interface ServerOptions extends AnswerOptions {
  /** Default: those of OpenSSH. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** Milliseconds until a reply leaves. */
  readonly latencyMs?: number;
  /** Sends the replies of one burst in reverse. */
  readonly reverse?: boolean;
  /** Sends this in place of VERSION. */
  readonly greeting?: Uint8Array;
  /** What to answer in place of the server: messages, or nothing. */
  readonly answer?: (request: Request, server: ScriptedServer) => Uint8Array | 'silence' | undefined;
}

export const OPENSSH: Readonly<Record<string, string>> = {
  'posix-rename@openssh.com': '1',
  'statvfs@openssh.com': '2',
  'hardlink@openssh.com': '1',
  'fsync@openssh.com': '1',
  'lsetstat@openssh.com': '1',
  'expand-path@openssh.com': '1',
  'copy-data': '1',
};

export class ScriptedServer {
  readonly files = new FileSystem();
  readonly requests: Request[] = [];
  readonly options: ServerOptions;
  readonly transport: MemoryServer;
  readonly answers: Answers;
  /** Requests that wait for a reply now, and the most at a time, by name. */
  readonly mostOutstanding = new Map<string, number>();
  #queue: { reply: Uint8Array; name: string }[] = [];
  readonly #outstanding = new Map<string, number>();
  #isFlushing = false;
  #bursts = 0;
  #isHeld = false;

  constructor(transport: MemoryServer, options: ServerOptions) {
    this.transport = transport;
    this.options = options;
    this.answers = new Answers(this.files, options);
    this.run().catch(() => undefined);
  }

  /** Handles that are open. */
  get openHandles(): number {
    return this.answers.handles.size;
  }

  names(): string[] {
    return this.requests.map(({ name }) => name);
  }

  count(name: string): number {
    return this.requests.filter((request) => request.name === name).length;
  }

  /** Bursts in which requests came. */
  get roundTrips(): number {
    return new Set(this.requests.map(({ burst }) => burst)).size;
  }

  /** Keeps replies back, or lets them go. */
  hold(on: boolean): void {
    this.#isHeld = on;
    if (!on) this.#flushSoon();
  }

  send(bytes: Uint8Array): void {
    this.transport.write(bytes).catch(() => undefined);
  }

  async run(): Promise<void> {
    let buffer: Uint8Array = new Uint8Array(0);
    for (;;) {
      const chunk = await this.transport.read();
      if (chunk === undefined) return;
      const joined = new Uint8Array(buffer.length + chunk.length);
      joined.set(buffer);
      joined.set(chunk, buffer.length);
      buffer = joined;
      for (;;) {
        const length = buffer.length < 4 ? Number.POSITIVE_INFINITY : new SshReader(buffer).u32();
        if (buffer.length < 4 + length) break;
        this.#take(buffer.subarray(4, 4 + length));
        buffer = buffer.subarray(4 + length);
      }
    }
  }

  #take(body: Uint8Array): void {
    const reader = new SshReader(body);
    const type = reader.u8();
    if (type === FXP.INIT) {
      this.send(this.options.greeting ?? this.#version());
      return;
    }
    const id = reader.u32();
    const rest = reader.bytes().slice();
    const extension = type === FXP.EXTENDED ? new SshReader(rest).name() : undefined;
    const name = extension ?? TYPE_NAMES.get(type) ?? String(type);
    const request = { type, name, id, body: rest, burst: this.#bursts };
    this.requests.push(request);
    const count = (this.#outstanding.get(name) ?? 0) + 1;
    this.#outstanding.set(name, count);
    this.mostOutstanding.set(name, Math.max(count, this.mostOutstanding.get(name) ?? 0));
    const scripted = this.options.answer?.(request, this);
    if (scripted === 'silence') return;
    this.#queue.push({ reply: scripted ?? this.answers.to(request), name });
    this.#flushSoon();
  }

  #version(): Uint8Array {
    const { extensions = OPENSSH, limits } = this.options;
    const announced = limits === undefined ? extensions : { ...extensions, 'limits@openssh.com': '1' };
    const greeting = message(FXP.VERSION, 3, (writer) => {
      for (const [name, data] of Object.entries(announced)) {
        writer.string(name);
        writer.string(data);
      }
    });
    return greeting;
  }

  #flushSoon(): void {
    if (this.#isFlushing || this.#isHeld) return;
    this.#isFlushing = true;
    setTimeout(() => {
      this.#isFlushing = false;
      if (!this.#isHeld) this.#flush();
    }, this.options.latencyMs ?? 0);
  }

  #flush(): void {
    const replies = this.#queue;
    this.#queue = [];
    this.#bursts++;
    if (this.options.reverse) replies.reverse();
    for (const { reply, name } of replies) {
      this.#outstanding.set(name, (this.#outstanding.get(name) ?? 0) - 1);
      this.send(reply);
    }
  }
}

/** A scripted server, and what `openSftp` takes in place of an SSH client. */
export function scripted(options: ServerOptions = {}): {
  server: ScriptedServer;
  ssh: SubsystemOpener;
  client: Transport;
} {
  const [client, end] = memoryPair({ tls: 'off' });
  const subsystem: SubsystemOpener['subsystem'] = async (_name, { input }) => {
    client.write(input).catch(() => undefined);
    return client;
  };
  return { server: new ScriptedServer(end, options), ssh: { subsystem }, client };
}
