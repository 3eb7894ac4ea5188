// What a session is set to, as the server last said: its status flags, and the variables that decide how text and
// times are read. It sends nothing, and knows nothing of statements that are still on their way.
import type { OkWords } from '../wire/messages.ts';

/** SERVER_STATUS_IN_TRANS. */
const IN_TRANSACTION = 0x0001;
/** SERVER_STATUS_NO_BACKSLASH_ESCAPES. */
const NO_BACKSLASH_ESCAPES = 0x0200;

/** The variables that say in which charsets statements and results travel. */
const CHARSETS = ['character_set_client', 'character_set_connection', 'character_set_results'];
/** The spellings of UTC that need no tables of time zones to be known. */
const UTC = ['+00:00', '-00:00', 'UTC'];
/** The charset of every text here, by the names that servers have for it. */
const UTF8 = 'utf8mb4';

/** The variables that the server is asked to tell of. */
export const TRACKED_VARIABLES: readonly string[] = [...CHARSETS, 'time_zone', 'sql_mode'];

/** What of a session decides how its server reads SQL text. Without a value it is unknown. */
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
  /** Whether the server has said anything yet. */
  #known = false;
  #status = 0;
  #timeZone: string | undefined;
  #ansiQuotes: boolean | undefined;
  readonly #foreignCharsets = new Set<string>();

  constructor(server?: 'mysql' | 'mariadb') {
    this.#server = server;
  }

  /** Takes the end of a result. */
  note({ status, variables }: OkWords): void {
    this.#known = true;
    this.#status = status;
    if (variables === undefined) return;
    for (const [name, value] of variables) this.#set(name.toLowerCase(), value);
    this.isAsBegun = this.isUtc && !this.hasForeignCharset;
  }

  #set(name: string, value: string): void {
    if (name === 'time_zone') this.#timeZone = value;
    else if (name === 'sql_mode') this.#ansiQuotes = value.split(',').includes('ANSI_QUOTES');
    else if (!CHARSETS.includes(name)) return;
    else if (value === UTF8) this.#foreignCharsets.delete(name);
    else this.#foreignCharsets.add(name);
  }

  /** Whether charsets and time zone are what the client has set them to, for all that the server has told. */
  isAsBegun = true;

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return (this.#status & IN_TRANSACTION) !== 0;
  }

  /** How the server reads SQL text, as of the last result. */
  get sqlSettings(): SqlSettings {
    return {
      server: this.#server,
      noBackslashEscapes: this.#known ? (this.#status & NO_BACKSLASH_ESCAPES) !== 0 : undefined,
      ansiQuotes: this.#ansiQuotes,
    };
  }

  /** Whether the session's `time_zone` is UTC for all that the server has told. */
  get isUtc(): boolean {
    return this.#timeZone === undefined || UTC.includes(this.#timeZone);
  }

  /** Whether a statement has changed in which charset text travels: it must be set back before the next one. */
  get hasForeignCharset(): boolean {
    return this.#foreignCharsets.size > 0;
  }
}
