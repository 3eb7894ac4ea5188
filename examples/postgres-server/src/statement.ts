// One statement: asked of the database in a READ ONLY transaction of its own, its rows handed on as they come, byte for byte, and
// one line of audit when it ends.
import { toHex } from '@fairlead/bytes';
import type { BatchBuilder, BatchStream, CellSource, Client, Field, Parameter } from '@fairlead/postgres';
import type { ClientConnection } from './client-connection.ts';
import { Refusal, sqlStateOf } from './errors.ts';

/** The server's own limit for a statement, slow readers included, and the longest wait for the next rows. */
const STATEMENT_TIMEOUT_MS = 30_000;
const MAX_ROWS = 100_000;
/** A client may keep 256 prepared statements: their texts share the isolate's memory with everything else. */
const MAX_TEXT_LENGTH = 65_536;
/** Of the digest in the audit. */
const DIGEST_BYTES = 8;

/** Who asks. */
export interface Asker {
  readonly user: string;
  readonly database: string;
}

/** What a statement may begin with. The fence is the READ ONLY transaction, which is rolled back; this says it in words. */
const READING = ['select', 'with', 'values', 'table', 'show', 'explain'];
/** The first word, behind comments and brackets. */
const FIRST_WORD = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\()*([a-z]+)/i;
const NOTHING = /^(?:\s|;|--[^\n]*(?:\n|$))*$/;

/** Whether a text holds no statement. */
export function isEmpty(text: string): boolean {
  return NOTHING.test(text);
}

/** @throws Refusal 54000 for a text that is too long, 0A000 for COPY, 25006 for what does not read. */
export function assertReading(text: string): void {
  if (text.length > MAX_TEXT_LENGTH)
    throw new Refusal('54000', `the statement has more than ${MAX_TEXT_LENGTH} characters`);
  const word = FIRST_WORD.exec(text)?.[1]?.toLowerCase() ?? '';
  if (READING.includes(word) || isEmpty(text)) return;
  const hint = 'Each statement has a READ ONLY transaction of its own; nothing lasts from one to the next.';
  if (word === 'copy') throw new Refusal('0A000', 'COPY is not supported here', 'Use SELECT.');
  throw new Refusal('25006', `only statements that begin with ${READING.join(', ').toUpperCase()}`, hint);
}

/** Copies the bodies of DataRows. */
class RowCopier implements BatchBuilder<Uint8Array[]> {
  #rows: Uint8Array[] = [];

  begin(): void {}

  row(source: CellSource, start: number, end: number): void {
    this.#rows.push(source.bytes.slice(start, end));
  }

  take(): Uint8Array[] | undefined {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length === 0 ? undefined : rows;
  }
}

/** One statement of a client, from its first rows to its line of audit. */
export class Statement {
  readonly #text: string;
  readonly #asker: Asker;
  #startedAt = 0;
  readonly #stream: BatchStream<Uint8Array[]>;
  #batches: AsyncIterator<Uint8Array[]> | undefined;
  #rows: Uint8Array[] = [];
  #next = 0;
  #sent = 0;
  /** Only what was sent to the database is audited, once. */
  #state: 'new' | 'sent' | 'audited' = 'new';

  constructor(
    db: Client,
    asker: Asker,
    text: string,
    params: readonly Parameter[] = [],
    format: 'text' | 'binary' = 'text',
  ) {
    assertReading(text);
    this.#text = text;
    this.#asker = asker;
    this.#stream = db.streamWith(text, params, new RowCopier(), {
      readOnly: true,
      prepare: false,
      format,
      timeoutMs: STATEMENT_TIMEOUT_MS,
      serverTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
  }

  /** Begins it. */
  async fields(): Promise<readonly Field[]> {
    this.#begin();
    try {
      return await this.#stream.fields;
    } catch (error) {
      await this.#audit(sqlStateOf(error));
      throw error;
    }
  }

  /**
   * Hands rows on, and at the end what the database said of it.
   * @param maxRows 0 for all of them.
   */
  async run(client: ClientConnection, maxRows = 0): Promise<void> {
    this.#begin();
    const until = maxRows === 0 ? Number.POSITIVE_INFINITY : this.#sent + maxRows;
    try {
      for (let row = await this.#row(client); row !== undefined; row = await this.#row(client)) {
        if (this.#sent === MAX_ROWS) throw new Refusal('54000', `the result has more than ${MAX_ROWS} rows`);
        client.writeRow(row);
        this.#sent += 1;
        if (this.#sent === until) return client.write({ kind: 'portal-suspended' });
      }
    } catch (error) {
      await this.#audit(sqlStateOf(error));
      await this.end();
      throw error;
    }
    const { command = 'SELECT', rowCount = this.#sent } = this.#stream.summary ?? {};
    client.write({ kind: 'command-complete', tag: command === 'SELECT' ? `SELECT ${rowCount}` : command });
    await this.#audit('00000');
  }

  async #row(client: ClientConnection): Promise<Uint8Array | undefined> {
    if (this.#next === this.#rows.length) {
      await client.relieve();
      this.#batches ??= this.#stream.batches();
      const { value, done } = await this.#batches.next();
      if (done) return undefined;
      this.#rows = value;
      this.#next = 0;
    }
    this.#next += 1;
    return this.#rows[this.#next - 1];
  }

  /** Leaves what has not been read: it is cancelled in the database. */
  async end(): Promise<void> {
    await this.#batches?.return?.();
    await this.#audit('57014');
  }

  #begin(): void {
    if (this.#state !== 'new') return;
    this.#state = 'sent';
    this.#startedAt = Date.now();
  }

  /** No parameter and no text: a digest tells statements apart. */
  async #audit(sqlState: string): Promise<void> {
    if (this.#state !== 'sent') return;
    this.#state = 'audited';
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(this.#text));
    const digest = toHex(new Uint8Array(hash, 0, DIGEST_BYTES));
    const { user, database } = this.#asker;
    const ms = Date.now() - this.#startedAt;
    const line = {
      audit: 'statement',
      user,
      database,
      digest,
      ms,
      rows: this.#sent,
      sqlState,
    };
    console.log(JSON.stringify(line));
  }
}
