// What the oracle of IMAP is asked, and what it answers: the same for imapflow and for our client. Types only.

/** One thing to do. UIDs are those of the mailbox that the last `select` opened. */
export type ImapStep =
  | { readonly do: 'list' }
  | { readonly do: 'select' | 'create' | 'delete' | 'status'; readonly mailbox: string }
  | { readonly do: 'fetch' | 'flags'; readonly uids: string }
  | { readonly do: 'search'; readonly criteria: ImapOracleCriteria }
  | {
      readonly do: 'store';
      readonly uids: string;
      readonly change: 'add' | 'remove' | 'set';
      readonly flags: string[];
    }
  | { readonly do: 'append'; readonly mailbox: string; readonly text: string; readonly flags: string[] }
  | { readonly do: 'copy' | 'move'; readonly uids: string; readonly mailbox: string }
  | { readonly do: 'expunge'; readonly uids: string }
  | { readonly do: 'download'; readonly uid: number; readonly part: string };

/** What both clients call alike. */
interface ImapOracleCriteria {
  readonly subject?: string;
  readonly from?: string;
  readonly seen?: boolean;
  readonly flagged?: boolean;
  readonly larger?: number;
  readonly body?: string;
}

/** Steps that are done one after another on one connection with TLS from the first byte, as the account `app`. */
export interface ImapOracleRequest {
  readonly port: number;
  readonly steps: readonly ImapStep[];
}

/** An address; a group's name has no address. */
export interface OracleAddress {
  readonly name: string;
  readonly address: string;
}

/** A part, and those inside. */
export interface OraclePart {
  readonly type: string;
  readonly encoding: string | null;
  readonly size: number | null;
  readonly disposition: string | null;
  readonly children: readonly OraclePart[];
}

/** A message. What it lacks is null or an empty text. */
export interface OracleMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly size: number;
  readonly internalDate: string;
  readonly subject: string;
  readonly date: string | null;
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly from: readonly OracleAddress[];
  readonly to: readonly OracleAddress[];
  readonly cc: readonly OracleAddress[];
  readonly structure: OraclePart | null;
}

/** What became of a step, by what was done. */
export type ImapOracleAnswer =
  | {
      readonly mailboxes: readonly {
        name: string;
        specialUse: string | null;
        messages: number | null;
        unseen: number | null;
      }[];
    }
  | { readonly exists: number }
  | { readonly messages: number; readonly unseen: number }
  | { readonly found: readonly OracleMessage[] }
  | { readonly flags: Readonly<Record<string, readonly string[]>> }
  | { readonly uids: readonly number[] }
  /** How many copies the server tells of; null: it does not. */
  | { readonly copied: number | null }
  /** SHA-256 in hexadecimal digits. */
  | { readonly sha256: string }
  | { readonly done: true }
  | { readonly refused: true };
