// A MySQL server for the chaos tests: it keeps prepared statements, transactions, savepoints and kills as the real one does,
// and reports what a client gets wrong. It runs no SQL: a statement's words say what it answers.
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosWorld, markersIn } from '@fairlead/testkit/chaos';
import {
  bytes,
  cell,
  definition,
  eof,
  err,
  greeting,
  numbered,
  ok,
  PacketReader,
  packets,
  table,
  uint16,
  uint32,
} from './backend.ts';

const TEXT = { name: 't', type: 253 };
const NUMBER = { name: 'm', type: 8, collation: 63 };
/** How long a statement with the word `slow` runs, in microtasks: a KILL may come meanwhile. */
const SLOW = 40;
/** How many rows a statement with the word `rows` has. */
const ROWS = 5;
/** SERVER_STATUS_IN_TRANS, SERVER_STATUS_AUTOCOMMIT, SERVER_MORE_RESULTS_EXISTS. */
const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;
const MORE_RESULTS = 8;

/** The connection that statements run on: what a KILL means. */
const FIRST = new WeakMap<ChaosWorld, HonestServer>();

/** Serves one connection. */
export async function serveHonestly(line: MemoryServer, world: ChaosWorld): Promise<void> {
  const server = new HonestServer(line, world);
  if (!FIRST.has(world)) FIRST.set(world, server);
  await server.serve();
}

class HonestServer {
  readonly #line: MemoryServer;
  readonly #world: ChaosWorld;
  readonly #reader: PacketReader;
  readonly #prepared = new Map<number, string>();
  readonly #savepoints = new Set<string>();
  #latest = 0;
  #inTransaction = false;
  #isRunning = false;
  #isKilled = false;

  constructor(line: MemoryServer, world: ChaosWorld) {
    this.#line = line;
    this.#world = world;
    this.#reader = new PacketReader(line);
  }

  /** KILL QUERY: only a statement that runs hears of it. */
  kill(): void {
    this.#isKilled = this.#isRunning;
  }

  async serve(): Promise<void> {
    await this.#line.write(packets(0, greeting()));
    if ((await this.#reader.next()) === undefined) return;
    await this.#line.write(packets(this.#reader.sequence + 1, ok()));
    for (;;) {
      const command = await this.#reader.command();
      if (command === undefined || command.code === 1) return;
      if (this.#reader.sequence !== 0)
        this.#world.breach(`a command with the number ${this.#reader.sequence}`);
      const { code, body, text } = command;
      if (code === 3) await this.#run(text, text, false);
      else if (code === 0x16) await this.#prepare(text);
      else if (code === 0x17) {
        const prepared = this.#prepared.get(body.readUInt32LE(0));
        if (prepared === undefined) this.#world.breach('no such statement is prepared');
        else await this.#run(prepared, body.toString('latin1'), true);
      } else if (code === 0x19) this.#prepared.delete(body.readUInt32LE(0));
      else this.#world.breach(`command ${code}`);
    }
  }

  get #status(): number {
    return AUTOCOMMIT | (this.#inTransaction ? IN_TRANSACTION : 0);
  }

  #answer(...payloads: Uint8Array[]): Promise<void> {
    return this.#line.write(numbered(this.#reader.sequence + 1, payloads));
  }

  async #prepare(text: string): Promise<void> {
    if (this.#world.refuses()) return this.#answer(err(1461, '42000', 'Too many statements'));
    const id = ++this.#latest;
    this.#prepared.set(id, text);
    const parameters = text.split('?').length - 1;
    const columns = /^select/i.test(text) ? 1 : 0;
    const definitions = (count: number): Uint8Array[] =>
      count === 0 ? [] : [...Array.from({ length: count }, () => definition(TEXT)), eof()];
    await this.#answer(
      bytes(0, uint32(id), uint16(columns), uint16(parameters), 0, uint16(0)),
      ...definitions(parameters),
      ...definitions(columns),
    );
  }

  async #run(text: string, words: string, isBinary: boolean): Promise<void> {
    if (this.#world.refuses()) {
      // A COMMIT that fails has undone it all.
      if (/^commit/i.test(text)) this.#end();
      await this.#answer(err(1114, 'HY000', 'The table is full'));
      return;
    }
    if (text.includes('probe') && this.#inTransaction) this.#world.breach('a transaction is left open');
    for (const marker of markersIn(`${text} ${words}`)) this.#world.saw(marker);
    if (/\bslow\b/.test(text) && (await this.#isKilledMeanwhile())) {
      await this.#answer(err(1317, '70100', 'Query execution was interrupted'));
    } else if (text === 'SELECT @@max_allowed_packet')
      await this.#answer(...table([NUMBER], [['67108864']], this.#status));
    else if (/^select/i.test(text)) await this.#answer(...this.#rows(text, words, isBinary));
    else if (/^call/i.test(text)) {
      const status = this.#status | MORE_RESULTS;
      await this.#answer(
        ...table([TEXT], [[text]], status),
        ...table([TEXT], [[text]], status),
        ok({ status: this.#status }),
      );
    } else if (/^load data local/i.test(text)) await this.#load();
    else {
      this.#do(text);
      await this.#answer(ok({ affectedRows: /^insert/i.test(text) ? 1 : 0, status: this.#status }));
    }
  }

  async #isKilledMeanwhile(): Promise<boolean> {
    this.#isRunning = true;
    this.#isKilled = false;
    for (let n = 0; n < SLOW && !this.#isKilled; n += 1) await Promise.resolve();
    this.#isRunning = false;
    return this.#isKilled;
  }

  #rows(text: string, words: string, isBinary: boolean): Uint8Array[] {
    const value = /'([^']*)'/.exec(text)?.[1] ?? /probe/.exec(words)?.[0] ?? '';
    const count = /\brows\b/.test(text) ? ROWS : 1;
    if (!isBinary)
      return table(
        [TEXT],
        Array.from({ length: count }, () => [value]),
        this.#status,
      );
    const row = bytes(0, 0, cell(value));
    return [
      bytes(1),
      definition(TEXT),
      eof(),
      ...Array.from({ length: count }, () => row),
      eof(this.#status),
    ];
  }

  #do(text: string): void {
    const name = text.split(' ').at(-1) ?? '';
    if (/^start transaction/i.test(text)) {
      if (this.#inTransaction) this.#world.breach('START TRANSACTION within a transaction');
      this.#inTransaction = true;
    } else if (/^(commit|rollback)$/i.test(text)) this.#end();
    else if (/^savepoint/i.test(text)) this.#savepoints.add(name);
    else if (/^(release|rollback to)/i.test(text) && !this.#savepoints.has(name))
      this.#world.breach(`no savepoint is named ${name}`);
    else if (/^kill query/i.test(text)) FIRST.get(this.#world)?.kill();
  }

  #end(): void {
    this.#inTransaction = false;
    this.#savepoints.clear();
  }

  /** LOAD DATA LOCAL: an empty packet ends the data. */
  async #load(): Promise<void> {
    await this.#answer(bytes(0xfb, 'data'));
    let data = '';
    for (;;) {
      const packet = await this.#reader.next();
      if (packet === undefined) return;
      if (packet.length === 0) break;
      data += packet.toString('latin1');
    }
    if (this.#world.refuses()) return this.#answer(err(1114, 'HY000', 'The table is full'));
    for (const marker of markersIn(data)) this.#world.saw(marker);
    await this.#answer(ok({ affectedRows: 1, status: this.#status }));
  }
}
