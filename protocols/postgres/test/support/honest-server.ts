// A Postgres server for the chaos tests: it keeps prepared statements, portals, transactions, channels and cancellations as
// the real one does, and reports what a client gets wrong. It runs no SQL: a statement's words say what it answers.
import { Writer } from '@fairlead/bytes';
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosWorld, markersIn } from '@fairlead/testkit/chaos';
import {
  type BackendMessage,
  decodeFirstPacket,
  decodeFrontend,
  type FrontendMessage,
  type TransactionStatus,
  writeBackend,
} from '../../src/wire/index.ts';
import { ByteReader } from './backend.ts';

const utf8 = new TextEncoder();
const MAX_BYTES = 1 << 20;
/** How long a statement with the word `slow` runs, in microtasks: a cancellation may come meanwhile. */
const SLOW = 40;
/** How many rows a statement with the word `rows` has. */
const ROWS = 5;
const FIELD = {
  name: 't',
  tableOid: 0,
  columnNumber: 0,
  typeOid: 25,
  typeSize: -1,
  typeModifier: -1,
  format: 0,
} as const;

/** Whether a statement has rows. */
const reads = (text: string): boolean => /^(select|show)/i.test(text);

interface Portal {
  readonly text: string;
  readonly words: string;
  /** Rows that were not sent. */
  left: number;
}

/** All connections of one run. */
class Cluster {
  readonly backends = new Map<number, HonestServer>();
  #latest = 4000;

  add(backend: HonestServer): number {
    this.#latest += 1;
    this.backends.set(this.#latest, backend);
    return this.#latest;
  }
}

const CLUSTERS = new WeakMap<ChaosWorld, Cluster>();

/** Serves one connection. */
export async function serveHonestly(server: MemoryServer, world: ChaosWorld): Promise<void> {
  const cluster = CLUSTERS.get(world) ?? new Cluster();
  CLUSTERS.set(world, cluster);
  const reader = new ByteReader(server);
  const body = await reader.packet();
  if (body === undefined) return;
  const first = decodeFirstPacket(body, 0, body.length);
  if (first.kind === 'cancel-request') {
    const backend = cluster.backends.get(first.key.processId);
    if (backend === undefined) world.breach('a cancel request for no backend');
    backend?.cancel();
    return;
  }
  if (first.kind !== 'startup') {
    world.breach(`${first.kind} without being asked`);
    return;
  }
  await new HonestServer(server, world, cluster).serve(reader);
}

/** One backend. */
class HonestServer {
  readonly #server: MemoryServer;
  readonly #world: ChaosWorld;
  readonly #processId: number;
  readonly #output = new Writer(MAX_BYTES);
  readonly #prepared = new Map<string, string>();
  readonly #portals = new Map<string, Portal>();
  readonly #channels = new Set<string>();
  readonly #savepoints: string[] = [];
  #status: TransactionStatus = 'I';
  /** After an error, nothing counts up to the next Sync. */
  #isSkipping = false;
  #isRunning = false;
  #isCancelled = false;
  /** The text of the COPY that takes data, and the data. */
  #copying: { data: string; readonly isSimple: boolean } | undefined;
  #hasLeft = false;

  constructor(server: MemoryServer, world: ChaosWorld, cluster: Cluster) {
    this.#server = server;
    this.#world = world;
    this.#processId = cluster.add(this);
  }

  /** As the postmaster does: only a statement that runs hears of it. */
  cancel(): void {
    this.#isCancelled = this.#isRunning;
  }

  async serve(reader: ByteReader): Promise<void> {
    this.#say({ kind: 'authentication', request: { method: 'ok' } });
    this.#say({ kind: 'parameter-status', parameter: { name: 'server_version', value: '17.6' } });
    const key = { processId: this.#processId, secretKey: Uint8Array.of(0, 0, 3, 47) };
    this.#say({ kind: 'backend-key-data', key });
    await this.#ready();
    while (!this.#hasLeft) {
      const frame = await reader.message();
      if (frame === undefined) return;
      const message = this.#decode(frame.type, frame.body);
      if (message === undefined) return;
      await this.#take(message);
    }
  }

  #decode(type: string, body: Uint8Array): FrontendMessage | undefined {
    try {
      return decodeFrontend(type.charCodeAt(0), body, 0, body.length);
    } catch (error) {
      this.#world.breach(`a malformed "${type}": ${String(error)}`);
      return undefined;
    }
  }

  #say(...messages: readonly BackendMessage[]): void {
    for (const message of messages) writeBackend(this.#output, message);
  }

  async #flush(): Promise<void> {
    const bytes = this.#output.take();
    if (bytes.length > 0) await this.#server.write(bytes);
  }

  async #ready(): Promise<void> {
    this.#isSkipping = false;
    this.#say({ kind: 'ready-for-query', status: this.#status });
    await this.#flush();
  }

  #fail(code: string, text: string): void {
    const fields = new Map(Object.entries({ S: 'ERROR', V: 'ERROR', C: code, M: text }));
    this.#say({ kind: 'error-response', fields });
    this.#isSkipping = true;
    this.#copying = undefined;
    if (this.#status === 'T') this.#status = 'E';
  }

  async #take(message: FrontendMessage): Promise<void> {
    const { kind } = message;
    if (this.#copying !== undefined) await this.#copy(message, this.#copying);
    else if (kind === 'copy-data' || kind === 'copy-done' || kind === 'copy-fail') return;
    else if (kind === 'terminate') this.#hasLeft = true;
    else if (kind === 'query') await this.#query(message.text);
    else if (kind === 'sync') {
      // Without a transaction portals end here.
      if (this.#status === 'I') this.#portals.clear();
      await this.#ready();
    } else if (kind === 'flush') await this.#flush();
    else if (!this.#isSkipping) await this.#extended(message);
  }

  async #extended(message: FrontendMessage): Promise<void> {
    if (message.kind === 'parse') this.#parse(message.name, message.text);
    else if (message.kind === 'bind') {
      const text = this.#prepared.get(message.statement);
      if (text === undefined) this.#breach('26000', `no statement is named "${message.statement}"`);
      else {
        const words = message.parameters.map(String).join(' ');
        this.#portals.set(message.portal, { text, words, left: /\brows\b/.test(text) ? ROWS : 1 });
        this.#say({ kind: 'bind-complete' });
      }
    } else if (message.kind === 'describe') this.#describe(message);
    else if (message.kind === 'execute') await this.#execute(message.portal, message.maxRows);
    else if (message.kind === 'close') {
      (message.target === 'S' ? this.#prepared : this.#portals).delete(message.name);
      this.#say({ kind: 'close-complete' });
    } else this.#breach('08P01', `"${message.kind}" out of place`);
  }

  #breach(code: string, text: string): void {
    this.#world.breach(text);
    this.#fail(code, text);
  }

  #parse(name: string, text: string): void {
    if (name !== '' && this.#prepared.has(name)) this.#breach('42P05', `"${name}" is prepared already`);
    else if (this.#status === 'E' && !ends(text)) this.#fail('25P02', 'the transaction is aborted');
    else {
      this.#prepared.set(name, text);
      this.#say({ kind: 'parse-complete' });
    }
  }

  #describe({ target, name }: { readonly target: 'S' | 'P'; readonly name: string }): void {
    const text = target === 'S' ? this.#prepared.get(name) : this.#portals.get(name)?.text;
    if (text === undefined) {
      this.#breach('26000', `nothing is named "${name}"`);
      return;
    }
    if (target === 'S') {
      const oids = Array.from({ length: new Set(text.match(/\$\d/g)).size }, () => 25);
      this.#say({ kind: 'parameter-description', oids });
    }
    this.#say(reads(text) ? { kind: 'row-description', fields: [FIELD] } : { kind: 'no-data' });
  }

  async #execute(name: string, maxRows: number): Promise<void> {
    const portal = this.#portals.get(name);
    if (portal === undefined) this.#breach('34000', `no portal is named "${name}"`);
    else await this.#run(portal, maxRows, false);
  }

  async #query(text: string): Promise<void> {
    for (const statement of text.split('; ')) {
      if (reads(statement) && !this.#refusesInFailed(statement))
        this.#say({ kind: 'row-description', fields: [FIELD] });
      await this.#run({ text: statement, words: '', left: /\brows\b/.test(statement) ? ROWS : 1 }, 0, true);
      if (this.#isSkipping || this.#copying !== undefined) break;
    }
    if (this.#copying === undefined) await this.#ready();
  }

  #refusesInFailed(text: string): boolean {
    return this.#status === 'E' && !ends(text);
  }

  async #run(portal: Portal, maxRows: number, isSimple: boolean): Promise<void> {
    const { text, words } = portal;
    if (this.#refusesInFailed(text)) {
      this.#fail('25P02', 'the transaction is aborted');
      return;
    }
    if (this.#world.refuses()) {
      this.#fail('53100', 'the disk is full');
      if (/^commit/i.test(text)) this.#status = 'I';
      return;
    }
    this.#check(text);
    for (const marker of markersIn(`${text} ${words}`)) this.#world.saw(marker);
    if (/\bslow\b/.test(text) && (await this.#isCancelledMeanwhile())) return;
    if (/^copy .* from stdin/i.test(text)) {
      this.#copying = { data: '', isSimple };
      this.#say({ kind: 'copy-in-response', copy: { format: 0, columns: [0] } });
      await this.#flush();
    } else if (/^copy .* to stdout/i.test(text)) await this.#copyOut(text);
    else if (reads(text)) this.#rows(portal, maxRows);
    else this.#do(text);
  }

  async #isCancelledMeanwhile(): Promise<boolean> {
    this.#isRunning = true;
    this.#isCancelled = false;
    await this.#flush();
    for (let n = 0; n < SLOW && !this.#isCancelled; n += 1) await Promise.resolve();
    this.#isRunning = false;
    if (this.#isCancelled) this.#fail('57014', 'canceling statement due to user request');
    return this.#isCancelled;
  }

  /** The next call behind a faulted one finds a session without a rest of it. */
  #check(text: string): void {
    if (!text.includes('probe')) return;
    if (this.#status !== 'I') this.#world.breach('a transaction is left open');
    if (this.#channels.size > 0) this.#world.breach('a channel is left listened to');
  }

  #rows(portal: Portal, maxRows: number): void {
    const text = /'([^']*)'/.exec(portal.text)?.[1] ?? portal.words;
    let sent = 0;
    for (; portal.left > 0 && (maxRows === 0 || sent < maxRows); portal.left -= 1) {
      this.#say({ kind: 'data-row', cells: [utf8.encode(text)] });
      sent += 1;
    }
    const isSuspended = maxRows > 0 && sent === maxRows;
    this.#say(
      isSuspended ? { kind: 'portal-suspended' } : { kind: 'command-complete', tag: `SELECT ${sent}` },
    );
  }

  #do(text: string): void {
    const [word = ''] = text.toUpperCase().split(' ');
    let tag = word === 'INSERT' ? 'INSERT 0 1' : word;
    if (word === 'BEGIN') {
      if (this.#status !== 'I') this.#world.breach('BEGIN within a transaction');
      this.#status = 'T';
    } else if (word === 'COMMIT' || (word === 'ROLLBACK' && !/ to /i.test(text))) {
      // ROLLBACK without a transaction is a warning, no more.
      if (this.#status === 'I' && word === 'COMMIT') this.#world.breach('COMMIT without a transaction');
      if (this.#status === 'E') tag = 'ROLLBACK';
      this.#status = 'I';
      this.#savepoints.length = 0;
    } else if (word === 'SAVEPOINT') this.#savepoints.push(text.split(' ')[1] ?? '');
    else if (word === 'RELEASE' || word === 'ROLLBACK') {
      const name = text.split(' ').at(-1) ?? '';
      if (!this.#savepoints.includes(name)) this.#world.breach(`no savepoint is named ${name}`);
      if (word === 'ROLLBACK') this.#status = 'T';
    } else if (word === 'LISTEN') this.#listen(text.split('"')[1] ?? '');
    else if (word === 'UNLISTEN') this.#channels.delete(text.split('"')[1] ?? '');
    this.#say({ kind: 'command-complete', tag });
  }

  /** A notification comes at once. */
  #listen(channel: string): void {
    this.#channels.add(channel);
    const notification = { processId: 7, channel, payload: 'hello' };
    this.#say({ kind: 'notification-response', notification });
  }

  async #copyOut(text: string): Promise<void> {
    this.#say({ kind: 'copy-out-response', copy: { format: 0, columns: [0] } });
    for (let n = 0; n < ROWS; n += 1) {
      this.#say({ kind: 'copy-data', data: utf8.encode(`${text} ${n}\n`) });
      if (await this.#isCancelledMeanwhile()) return;
    }
    this.#say({ kind: 'copy-done' }, { kind: 'command-complete', tag: `COPY ${ROWS}` });
  }

  async #copy(
    message: FrontendMessage,
    copying: { data: string; readonly isSimple: boolean },
  ): Promise<void> {
    if (message.kind === 'copy-data') {
      copying.data += new TextDecoder().decode(message.data);
      return;
    }
    if (message.kind === 'flush' || message.kind === 'sync') return;
    this.#copying = undefined;
    if (message.kind === 'copy-done') {
      if (this.#world.refuses()) this.#fail('53100', 'the disk is full');
      else {
        for (const marker of markersIn(copying.data)) this.#world.saw(marker);
        this.#say({ kind: 'command-complete', tag: 'COPY 1' });
      }
    } else if (message.kind === 'copy-fail') this.#fail('57014', 'COPY from stdin failed');
    else {
      this.#world.breach(`"${message.kind}" within a COPY`);
      this.#fail('08P01', 'unexpected message');
    }
    if (copying.isSimple) await this.#ready();
  }
}

/** What a transaction that has failed takes. */
function ends(text: string): boolean {
  return /^(commit|rollback)/i.test(text);
}
