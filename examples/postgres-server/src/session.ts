// What a client that has logged in may send, and what it gets: the simple and the extended query protocol ("Message Flow"). It
// keeps statements and portals by their names, within caps.
import { type Client, type Parameter, typed } from '@fairlead/postgres';
import { decodeFrontend, type FrontendMessage, type WireValue } from '@fairlead/postgres/wire';
import type { ClientConnection } from './client-connection.ts';
import { errorResponse, Refusal } from './errors.ts';
import { type Asker, assertReading, isEmpty, Statement } from './statement.ts';

type Of<K extends FrontendMessage['kind']> = Extract<FrontendMessage, { kind: K }>;

const MAX_STATEMENTS = 256;
const MAX_PORTALS = 16;

/** What Parse has left: nothing is prepared in the database. */
interface Prepared {
  readonly text: string;
  readonly oids: readonly number[];
}

/** Answers until the client leaves. @throws What ended the database's connection, or the client's. */
export async function answerStatements(client: ClientConnection, db: Client, asker: Asker): Promise<void> {
  for (const [name, value] of db.parameterStatus)
    client.write({ kind: 'parameter-status', parameter: { name, value } });
  const [processId = 0] = crypto.getRandomValues(new Int32Array(1));
  const secretKey = crypto.getRandomValues(new Uint8Array(4));
  client.write({ kind: 'backend-key-data', key: { processId, secretKey } });
  client.write({ kind: 'ready-for-query', status: 'I' });
  const session = new Session(client, db, asker);
  try {
    await session.answer();
  } finally {
    await session.endPortals();
  }
}

class Session {
  readonly #client: ClientConnection;
  readonly #db: Client;
  readonly #asker: Asker;
  readonly #prepared = new Map<string, Prepared>();
  /** `undefined` is the portal of an empty statement. */
  readonly #portals = new Map<string, Statement | undefined>();
  /** An error has come in the extended protocol: what follows is for nothing, until Sync. */
  #isFailed = false;
  #isLost = false;

  constructor(client: ClientConnection, db: Client, asker: Asker) {
    this.#client = client;
    this.#db = db;
    this.#asker = asker;
    void db.closed.then(() => {
      this.#isLost = true;
    });
  }

  async answer(): Promise<void> {
    for (;;) {
      await this.#client.flush();
      const frame = await this.#client.next();
      if (frame === undefined) return;
      const message = decodeFrontend(frame.type, frame.bytes, frame.start, frame.end);
      if (message.kind === 'terminate') return;
      if (this.#isFailed && message.kind !== 'sync') continue;
      try {
        await this.#take(message);
      } catch (error) {
        await this.#fail(error, message);
      }
    }
  }

  /** @throws The error itself where no further statement can be asked. */
  async #fail(error: unknown, { kind }: FrontendMessage): Promise<void> {
    await this.endPortals();
    if (this.#isLost) throw error;
    this.#client.write(errorResponse(error, 'ERROR'));
    if (kind === 'query') this.#ready();
    else this.#isFailed = true;
  }

  #ready(): void {
    this.#client.write({ kind: 'ready-for-query', status: 'I' });
  }

  async #take(message: FrontendMessage): Promise<void> {
    switch (message.kind) {
      case 'query':
        return this.#query(message.text);
      case 'parse':
        return this.#parse(message);
      case 'bind':
        return this.#bind(message);
      case 'describe':
        return this.#describe(message);
      case 'execute':
        return this.#execute(message);
      case 'close':
        return this.#close(message);
      case 'flush':
        return this.#client.flush();
      case 'sync':
        await this.endPortals();
        this.#isFailed = false;
        return this.#ready();
      case 'copy-data':
      case 'copy-done':
      case 'copy-fail':
        // What a client sends behind a COPY that was refused.
        return;
      default:
        throw new Refusal('0A000', `${message.kind} is not supported here`);
    }
  }

  async #query(text: string): Promise<void> {
    await this.endPortals();
    if (isEmpty(text)) this.#client.write({ kind: 'empty-query-response' });
    else {
      const statement = new Statement(this.#db, this.#asker, text);
      this.#client.write({ kind: 'row-description', fields: await statement.fields() });
      await statement.run(this.#client);
    }
    this.#ready();
  }

  #parse({ name, text, oids }: Of<'parse'>): void {
    if (name !== '' && this.#prepared.has(name))
      throw new Refusal('42P05', `prepared statement "${name}" already exists`);
    if (this.#prepared.size >= MAX_STATEMENTS && !this.#prepared.has(name))
      throw new Refusal('53400', `more than ${MAX_STATEMENTS} prepared statements`);
    assertReading(text);
    this.#prepared.set(name, { text, oids });
    this.#client.write({ kind: 'parse-complete' });
  }

  async #bind({ portal, statement, parameters, resultFormats }: Of<'bind'>): Promise<void> {
    const prepared = this.#prepared.get(statement);
    if (prepared === undefined)
      throw new Refusal('26000', `prepared statement "${statement}" does not exist`);
    const { text, oids } = prepared;
    const [format = 0] = resultFormats;
    if (resultFormats.some((each) => each !== format))
      throw new Refusal('0A000', 'results are all text or all binary here');
    await this.#portals.get(portal)?.end();
    if (this.#portals.size >= MAX_PORTALS && !this.#portals.has(portal))
      throw new Refusal('53400', `more than ${MAX_PORTALS} portals`);
    const values = parameters.map((value, i) => parameterOf(value, oids[i] ?? 0));
    const opened = isEmpty(text)
      ? undefined
      : new Statement(this.#db, this.#asker, text, values, format === 1 ? 'binary' : 'text');
    this.#portals.set(portal, opened);
    this.#client.write({ kind: 'bind-complete' });
  }

  async #describe({ target, name }: Of<'describe'>): Promise<void> {
    if (target === 'S') {
      const hint = 'Describe a portal: the database is asked only when the parameters are known.';
      throw new Refusal('0A000', 'prepared statements are not described here', hint);
    }
    const portal = this.#portal(name);
    if (portal === undefined) this.#client.write({ kind: 'no-data' });
    else this.#client.write({ kind: 'row-description', fields: await portal.fields() });
  }

  async #execute({ portal: name, maxRows }: Of<'execute'>): Promise<void> {
    const portal = this.#portal(name);
    if (portal === undefined) this.#client.write({ kind: 'empty-query-response' });
    else await portal.run(this.#client, maxRows);
  }

  #portal(name: string): Statement | undefined {
    if (!this.#portals.has(name)) throw new Refusal('34000', `portal "${name}" does not exist`);
    return this.#portals.get(name);
  }

  async #close({ target, name }: Of<'close'>): Promise<void> {
    if (target === 'S') this.#prepared.delete(name);
    else {
      await this.#portals.get(name)?.end();
      this.#portals.delete(name);
    }
    this.#client.write({ kind: 'close-complete' });
  }

  /** Portals live until the transaction ends, which is at Sync. */
  async endPortals(): Promise<void> {
    const portals = [...this.#portals.values()];
    this.#portals.clear();
    for (const portal of portals) await portal?.end();
  }
}

/** @throws Refusal 0A000 for a binary value whose type Parse has not named. */
function parameterOf(value: WireValue, oid: number): Parameter {
  if (oid !== 0) return typed(value, oid);
  if (value instanceof Uint8Array)
    throw new Refusal(
      '0A000',
      'a parameter in binary needs its type',
      'Say its type in Parse, or send text.',
    );
  return value;
}
