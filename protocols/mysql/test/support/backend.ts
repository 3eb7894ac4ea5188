// A MySQL server for tests, played in memory: packets, the greeting, and answers to statements. It stores nothing.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';

export function bytes(...parts: (Uint8Array | string | number)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) =>
        typeof part === 'number' ? Uint8Array.of(part) : typeof part === 'string' ? Buffer.from(part) : part,
      ),
    ),
  );
}

export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

/** A length-encoded text, or NULL. */
export function cell(value: Uint8Array | string | null): Uint8Array {
  if (value === null) return Uint8Array.of(0xfb);
  const content = bytes(value);
  if (content.length < 0xfb) return bytes(content.length, content);
  if (content.length < 0x1_0000) return bytes(0xfc, uint16(content.length), content);
  if (content.length < 0x100_0000) return bytes(0xfd, uint32(content.length).subarray(0, 3), content);
  return bytes(0xfe, uint32(content.length), uint32(0), content);
}

/** Packets, numbered from `first`. */
export function packets(first: number, ...payloads: Uint8Array[]): Uint8Array {
  return numbered(first, payloads);
}

/** The same for more of them than a call takes arguments. */
export function numbered(first: number, payloads: readonly Uint8Array[]): Uint8Array {
  const whole = payloads.flatMap((payload, i) => [
    bytes(uint32(payload.length).subarray(0, 3), (first + i) & 0xff),
    payload,
  ]);
  return new Uint8Array(Buffer.concat(whole));
}

export const SCRAMBLE: Uint8Array = bytes('abcdefghijklmnopqrst');

/** What a greeting may say. */
export interface GreetingWords {
  readonly version?: string;
  readonly method?: string;
  readonly capabilities?: number;
  readonly mariaCapabilities?: number;
}

/** All that a server offers, TLS too; not MariaDB's absence of CLIENT_MYSQL. */
export const CAPABILITIES = 0xdfff_ffff;
export const NO_TLS: number = (CAPABILITIES & ~0x0800) >>> 0;

export function greeting({
  version = '9.7.0',
  method = 'caching_sha2_password',
  capabilities = CAPABILITIES,
  mariaCapabilities = 0,
}: GreetingWords = {}): Uint8Array {
  return bytes(
    10,
    version,
    0,
    uint32(77),
    SCRAMBLE.subarray(0, 8),
    0,
    uint16(capabilities & 0xffff),
    255,
    uint16(2),
    uint16(capabilities >>> 16),
    21,
    new Uint8Array(6),
    uint32(mariaCapabilities),
    SCRAMBLE.subarray(8),
    0,
    method,
    0,
  );
}

/** What an OK packet may say. */
export interface Ok {
  readonly affectedRows?: number;
  readonly lastInsertId?: Uint8Array | number;
  readonly status?: number;
  readonly warnings?: number;
  readonly info?: string;
}

export function ok({
  affectedRows = 0,
  lastInsertId = 0,
  status = 2,
  warnings = 0,
  info = '',
}: Ok = {}): Uint8Array {
  return bytes(0, affectedRows, lastInsertId, uint16(status), uint16(warnings), info);
}

export function eof(status = 2): Uint8Array {
  return bytes(0xfe, uint16(0), uint16(status));
}

export function err(errno: number, sqlState: string, text: string): Uint8Array {
  return bytes(0xff, uint16(errno), '#', sqlState, text);
}

/** A column to define. */
export interface TestColumn {
  readonly name: string;
  readonly type: number;
  readonly collation?: number;
  readonly flags?: number;
  readonly decimals?: number;
}

export function definition({ name, type, collation = 255, flags = 0, decimals = 0 }: TestColumn): Uint8Array {
  return bytes(
    cell('def'),
    cell('shop'),
    cell('t'),
    cell('t'),
    cell(name),
    cell(name),
    12,
    uint16(collation),
    uint32(64),
    type,
    uint16(flags),
    decimals,
    uint16(0),
  );
}

/** A result of the text protocol, as payloads. */
export function table(
  columns: readonly TestColumn[],
  rows: readonly (readonly (Uint8Array | string | null)[])[],
  status = 2,
): Uint8Array[] {
  return [
    bytes(columns.length),
    ...columns.map(definition),
    eof(),
    ...rows.map((row) => bytes(...row.map(cell))),
    eof(status),
  ];
}

/** A command that came. */
export interface Command {
  readonly code: number;
  readonly body: Buffer;
  readonly text: string;
}

/** What the client sets by itself when a session begins, and along with statements. */
const SETTINGS =
  /^SET (time_zone = '\+00:00'|character_set_client|session_track_system_variables|max_execution_time|max_statement_time)/;

/** Reads packets of one connection. */
export class PacketReader {
  readonly #line: MemoryServer;
  #buffer = Buffer.alloc(0);
  /** The number of the last packet. */
  sequence = 0;

  constructor(line: MemoryServer) {
    this.#line = line;
  }

  /** Everything that has come and was not read. */
  get rest(): Uint8Array {
    return this.#buffer;
  }

  /** One payload; `undefined` at the end. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#buffer.length >= 4) {
        const length = this.#buffer.readUIntLE(0, 3);
        if (this.#buffer.length >= 4 + length) {
          this.sequence = this.#buffer[3] ?? 0;
          const payload = this.#buffer.subarray(4, 4 + length);
          this.#buffer = this.#buffer.subarray(4 + length);
          return payload;
        }
      }
      const chunk = await this.#line.read();
      if (chunk === undefined) return undefined;
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
    }
  }

  async command(): Promise<Command | undefined> {
    const payload = await this.next();
    if (payload === undefined) return undefined;
    const body = payload.subarray(1);
    return { code: payload[0] ?? 0, body, text: body.toString() };
  }

  /** The next command that is not one of the client's own settings; those are answered. */
  async statement(): Promise<Command | undefined> {
    for (;;) {
      const command = await this.command();
      if (command === undefined || !SETTINGS.test(command.text)) return command;
      await this.#line.write(packets(1, ok()));
    }
  }
}

/** Answers one command with payloads, or with bytes as they are. */
export type Answer = (
  command: Command,
  line: MemoryServer,
  reader: PacketReader,
) => Uint8Array[] | undefined | Promise<Uint8Array[] | undefined>;

/** A server that lets everybody in and answers what the client sets by itself; other commands are `answer`'s. */
export class Backend {
  /** Which of the client's own settings it does not know. */
  refuses: RegExp | undefined;
  /** What `@@max_allowed_packet` is. */
  maxPacketBytes = 67_108_864;
  /** What the client has set by itself, in order. */
  readonly settings: string[] = [];
  /** Statements of COM_QUERY, but for those settings, in order. */
  readonly statements: string[] = [];
  readonly commands: Command[] = [];
  connections = 0;
  readonly #answer: Answer;
  readonly #words: GreetingWords;

  constructor(answer: Answer, words: GreetingWords = {}) {
    this.#answer = answer;
    this.#words = words;
  }

  get connector(): Connector {
    return memoryConnector(async (line) => {
      this.connections += 1;
      await this.#serve(line);
    });
  }

  async #serve(line: MemoryServer): Promise<void> {
    await line.write(packets(0, greeting(this.#words)));
    const reader = new PacketReader(line);
    if ((await reader.next()) === undefined) return;
    await line.write(packets(reader.sequence + 1, ok()));
    for (;;) {
      const command = await reader.command();
      if (command === undefined || command.code === 1) {
        await line.close();
        return;
      }
      if (SETTINGS.test(command.text)) {
        this.settings.push(command.text);
        const refused = this.refuses?.test(command.text);
        await line.write(packets(1, refused ? err(1193, 'HY000', 'Unknown system variable') : ok()));
        continue;
      }
      if (command.text === 'SELECT @@max_allowed_packet') {
        const column = { name: 'm', type: 8, collation: 63 };
        await line.write(numbered(1, table([column], [[String(this.maxPacketBytes)]])));
        continue;
      }
      this.commands.push(command);
      if (command.code === 3) this.statements.push(command.text);
      const reply = await this.#answer(command, line, reader);
      if (reply !== undefined) await line.write(numbered(reader.sequence + 1, reply));
    }
  }
}

export const plainUrl = 'mysql://app:top-secret@db.test/shop?sslmode=disable';
export const safeUrl = 'mysql://app:top-secret@db.test/shop';
