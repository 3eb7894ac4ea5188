// What a reply to a command is, and how the replies of one connection are read: types only.
import type { ValueOptions } from '../../values/decode.ts';
import type { ErrPacket } from '../../wire/messages.ts';
import type { PacketReader } from '../../wire/packet-reader.ts';
import type { SessionState } from '../session-state.ts';

/** How a connection's replies define columns. */
export interface ColumnFormat {
  /** Whether column definitions have MariaDB's extended metadata. */
  readonly extended: boolean;
  /** Whether definitions are left out that a prepared statement has told already (MARIADB_CLIENT_CACHE_METADATA). */
  readonly known: boolean;
}

/** How the packets of a connection are to be read. */
export interface ReplyOptions extends ValueOptions {
  readonly format: ColumnFormat;
  /** Takes the session's status and variables, which come at the end of each result. */
  readonly state?: SessionState | undefined;
}

/** A command's reply, packet by packet. */
export interface Reply {
  /** The server's error, once it has ended the reply. */
  readonly failure: ErrPacket | undefined;
  /**
   * Takes one packet.
   * @returns True when the reply is complete.
   * @throws FairleadError `protocol` for a packet that cannot stand here, and what an event throws.
   */
  receive(reader: PacketReader): boolean;
}
