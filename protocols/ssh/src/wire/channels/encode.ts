// Writes the messages of the connection protocol (RFC 4254). It keeps no state.
import * as CONNECTION from '../numbers/connection.ts';
import { SshWriter } from '../ssh-writer.ts';

/** OpenSSH takes packets of 256 KiB; some of that is for the packet's own fields. */
const MAX_MESSAGE_BYTES = 250_000;
/** Most messages are shorter than this. */
const USUAL_BYTES = 128;
/** What stands in front of the bytes of CHANNEL_DATA. */
const DATA_HEADER_BYTES = 9;

/** Writes what belongs to the type of a channel or to the name of a request. */
export type Body = (writer: SshWriter) => void;

const noBody: Body = () => undefined;

function message(number: number, body: Body): Uint8Array {
  const writer = new SshWriter(MAX_MESSAGE_BYTES, USUAL_BYTES);
  writer.u8(number);
  body(writer);
  return writer.take();
}

/** CHANNEL_OPEN. @param local Our number of the channel. */
export function openMessage(
  type: string,
  local: number,
  window: number,
  maxPacket: number,
  body: Body,
): Uint8Array {
  return message(CONNECTION.CHANNEL_OPEN, (writer) => {
    writer.string(type);
    writer.u32(local);
    writer.u32(window);
    writer.u32(maxPacket);
    body(writer);
  });
}

/** CHANNEL_OPEN_CONFIRMATION, for a channel that the server asked for. */
export function confirmationMessage(
  remote: number,
  local: number,
  window: number,
  maxPacket: number,
): Uint8Array {
  return message(CONNECTION.CHANNEL_OPEN_CONFIRMATION, (writer) => {
    writer.u32(remote);
    writer.u32(local);
    writer.u32(window);
    writer.u32(maxPacket);
  });
}

/** CHANNEL_OPEN_FAILURE. @param reason 1 prohibited, 3 unknown type, 4 resource shortage (section 5.1). */
export function refusalMessage(remote: number, reason: number, description: string): Uint8Array {
  return message(CONNECTION.CHANNEL_OPEN_FAILURE, (writer) => {
    writer.u32(remote);
    writer.u32(reason);
    writer.string(description);
    writer.string('');
  });
}

/** CHANNEL_WINDOW_ADJUST. */
export function adjustMessage(remote: number, bytes: number): Uint8Array {
  return message(CONNECTION.CHANNEL_WINDOW_ADJUST, (writer) => {
    writer.u32(remote);
    writer.u32(bytes);
  });
}

/** CHANNEL_DATA, with a copy of `data`. */
export function dataMessage(remote: number, data: Uint8Array): Uint8Array {
  const payload = new Uint8Array(DATA_HEADER_BYTES + data.length);
  const view = new DataView(payload.buffer);
  payload[0] = CONNECTION.CHANNEL_DATA;
  view.setUint32(1, remote);
  view.setUint32(5, data.length);
  payload.set(data, DATA_HEADER_BYTES);
  return payload;
}

/** A message that holds a channel and nothing else: EOF, CLOSE, SUCCESS, FAILURE. */
export function bareMessage(
  number:
    | typeof CONNECTION.CHANNEL_EOF
    | typeof CONNECTION.CHANNEL_CLOSE
    | typeof CONNECTION.CHANNEL_SUCCESS
    | typeof CONNECTION.CHANNEL_FAILURE,
  remote: number,
): Uint8Array {
  return message(number, (writer) => writer.u32(remote));
}

/** CHANNEL_REQUEST. */
export function requestMessage(remote: number, name: string, wantReply: boolean, body = noBody): Uint8Array {
  return message(CONNECTION.CHANNEL_REQUEST, (writer) => {
    writer.u32(remote);
    writer.string(name);
    writer.boolean(wantReply);
    body(writer);
  });
}

/** GLOBAL_REQUEST, with want-reply. */
export function globalRequestMessage(name: string, body = noBody): Uint8Array {
  return message(CONNECTION.GLOBAL_REQUEST, (writer) => {
    writer.string(name);
    writer.boolean(true);
    body(writer);
  });
}

/** REQUEST_FAILURE. */
export function requestFailureMessage(): Uint8Array {
  return Uint8Array.of(CONNECTION.REQUEST_FAILURE);
}
