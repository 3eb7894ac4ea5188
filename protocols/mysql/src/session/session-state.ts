// The session's settings, as the server last reported them: its status flags, and the variables that decide how text and
// times are read. It sends nothing, and does not know the effect of statements in flight.
import type { OkPacket } from '../wire/messages.ts';

/** SERVER_STATUS_IN_TRANS. */
const IN_TRANSACTION = 0x0001;
/** SERVER_STATUS_NO_BACKSLASH_ESCAPES. */
const NO_BACKSLASH_ESCAPES = 0x0200;

/** The variables for the charsets of statements and results. */
const CHARSETS = ['character_set_client', 'character_set_connection', 'character_set_results'];
/** The spellings of UTC that a server knows without time zone tables. */
const UTC = ['+00:00', '-00:00', 'UTC'];
/** The charset of all texts that this client sends and reads. */
const UTF8 = 'utf8mb4';

/** The variables whose changes the server is asked to report. */
export const TRACKED_VARIABLES: readonly string[] = [...CHARSETS, 'time_zone', 'sql_mode'];

/** The settings that decide how the server reads SQL text; undefined where they are not known. */
export interface SqlSettings {
  readonly server?: 'mysql' | 'mariadb' | undefined;
  /** Whether a backslash within quotes is an ordinary character. */
  readonly noBackslashEscapes?: boolean | undefined;
  /** Whether `"..."` is a name. */
  readonly ansiQuotes?: boolean | undefined;
}

/** One session's settings. */
export class SessionState {
  readonly #server: 'mysql' | 'mariadb' | undefined;
  /** Whether the server has reported its status yet. */
  #known = false;
  #status = 0;
  #timeZone: string | undefined;
  #ansiQuotes: boolean | undefined;
  readonly #foreignCharsets = new Set<string>();
  #isAsBegun = true;

  constructor(server?: 'mysql' | 'mariadb') {
    this.#server = server;
  }

  /** Takes the status and the changed variables at the end of a result. */
  update({ status, variables }: OkPacket): void {
    this.#known = true;
    this.#status = status;
    if (variables === undefined) return;
    for (const [name, value] of variables) this.#set(name.toLowerCase(), value);
    this.#isAsBegun = this.isUtc && !this.hasForeignCharset;
  }

  #set(name: string, value: string): void {
    if (name === 'time_zone') this.#timeZone = value;
    else if (name === 'sql_mode') this.#ansiQuotes = value.split(',').includes('ANSI_QUOTES');
    else if (!CHARSETS.includes(name)) return;
    else if (value === UTF8) this.#foreignCharsets.delete(name);
    else this.#foreignCharsets.add(name);
  }

  /** Whether charsets and time zone are as the client has set them, as far as the server has reported. */
  get isAsBegun(): boolean {
    return this.#isAsBegun;
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return (this.#status & IN_TRANSACTION) !== 0;
  }

  /** How the server reads SQL text, by its last report. */
  get sqlSettings(): SqlSettings {
    return {
      server: this.#server,
      noBackslashEscapes: this.#known ? (this.#status & NO_BACKSLASH_ESCAPES) !== 0 : undefined,
      ansiQuotes: this.#ansiQuotes,
    };
  }

  /** Whether the session's `time_zone` is UTC, as far as the server has reported. */
  get isUtc(): boolean {
    return this.#timeZone === undefined || UTC.includes(this.#timeZone);
  }

  /** Whether a statement has changed a charset, which must be set to utf8mb4 again before the next statement. */
  get hasForeignCharset(): boolean {
    return this.#foreignCharsets.size > 0;
  }
}
