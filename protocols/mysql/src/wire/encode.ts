// Encodes commands (protocol, "Command Phase"). It leaves room for packet headers, and does not write them.
import { Buffer } from 'node:buffer';

/** The first bytes of commands. */
export const COMMAND = {
  quit: 0x01,
  initDatabase: 0x02,
  query: 0x03,
  ping: 0x0e,
  prepare: 0x16,
  execute: 0x17,
  closeStatement: 0x19,
  resetConnection: 0x1f,
} as const;

/** A packet's header: length and number. Leaving room for it before the payload saves a copy. */
export const HEADER_BYTES = 4;
/** The largest payload of one packet. A longer one continues in further packets, up to one that is shorter than this. */
export const MAX_PAYLOAD_BYTES = 0xff_ffff;

/** A payload with room for its header before it. */
function withText(command: number, text: string): Buffer {
  const size = Buffer.byteLength(text);
  const packet = Buffer.allocUnsafe(HEADER_BYTES + 1 + size);
  packet[HEADER_BYTES] = command;
  packet.write(text, HEADER_BYTES + 1, size, 'utf8');
  return packet;
}

/** COM_QUERY. */
export function encodeQuery(sql: string): Buffer {
  return withText(COMMAND.query, sql);
}

/** COM_STMT_PREPARE. */
export function encodePrepare(sql: string): Buffer {
  return withText(COMMAND.prepare, sql);
}

/** COM_STMT_CLOSE, which has no reply. */
export function encodeCloseStatement(id: number): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + 5);
  packet[HEADER_BYTES] = COMMAND.closeStatement;
  packet.writeUInt32LE(id, HEADER_BYTES + 1);
  return packet;
}

/** COM_QUIT as a whole packet, header included. */
export function encodeQuit(): Uint8Array {
  return Uint8Array.of(1, 0, 0, 0, COMMAND.quit);
}
