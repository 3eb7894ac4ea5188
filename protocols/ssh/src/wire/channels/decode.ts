// Reads the messages of the connection protocol (RFC 4254) from whole payloads. It keeps no state.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { protocolError } from '../../errors.ts';
import * as CONNECTION from '../numbers/connection.ts';
import { SshReader } from '../ssh-reader.ts';
import type { ChannelMessage, ConnectionMessage } from './messages.ts';

/** The kinds of messages that hold a channel and nothing else. */
const BARE = {
  [CONNECTION.CHANNEL_EOF]: 'EOF',
  [CONNECTION.CHANNEL_CLOSE]: 'CLOSE',
  [CONNECTION.CHANNEL_SUCCESS]: 'success',
  [CONNECTION.CHANNEL_FAILURE]: 'failure',
} as const;

/**
 * Reads one payload. Its byte strings are views into it.
 * @throws FairleadError `protocol` for one that is too short or too long.
 */
export function decodeMessage(payload: Uint8Array): ChannelMessage | ConnectionMessage {
  const reader = new SshReader(payload);
  const number = reader.u8();
  if (number === CONNECTION.CHANNEL_DATA) {
    const message = { kind: 'data', channel: reader.u32(), data: reader.string() } as const;
    reader.end();
    return message;
  }
  if (number >= CONNECTION.CHANNEL_OPEN_CONFIRMATION) return decodeForChannel(number, reader);
  switch (number) {
    case CONNECTION.GLOBAL_REQUEST:
      return {
        kind: 'global request',
        name: reader.name(),
        wantReply: reader.boolean(),
        body: reader.bytes(),
      };
    case CONNECTION.REQUEST_SUCCESS:
      return { kind: 'request success', body: reader.bytes() };
    case CONNECTION.REQUEST_FAILURE:
      reader.end();
      return { kind: 'request failure' };
    case CONNECTION.CHANNEL_OPEN:
      return {
        kind: 'open',
        type: reader.name(),
        remote: reader.u32(),
        window: reader.u32(),
        maxPacket: reader.u32(),
        body: reader.bytes(),
      };
    default:
      return { kind: 'unknown', number };
  }
}

function decodeForChannel(number: number, reader: SshReader): ChannelMessage | ConnectionMessage {
  if (number > CONNECTION.CHANNEL_FAILURE) return { kind: 'unknown', number };
  const message = decodeBody(number, reader.u32(), reader);
  reader.end();
  return message;
}

function decodeBody(number: number, channel: number, reader: SshReader): ChannelMessage {
  switch (number) {
    case CONNECTION.CHANNEL_OPEN_CONFIRMATION: {
      const fields = { remote: reader.u32(), window: reader.u32(), maxPacket: reader.u32() };
      // What follows belongs to the channel's type; ours have nothing there.
      reader.bytes();
      return { kind: 'open confirmation', channel, ...fields };
    }
    case CONNECTION.CHANNEL_OPEN_FAILURE: {
      const reason = reader.u32();
      const description = decodeUtf8Lossy(reader.string());
      // The language; some servers leave it out.
      if (reader.left > 0) reader.string();
      return { kind: 'open failure', channel, reason, description };
    }
    case CONNECTION.CHANNEL_WINDOW_ADJUST:
      return { kind: 'window adjust', channel, bytes: reader.u32() };
    case CONNECTION.CHANNEL_EXTENDED_DATA:
      return { kind: 'extended data', channel, type: reader.u32(), data: reader.string() };
    case CONNECTION.CHANNEL_REQUEST:
      return {
        kind: 'request',
        channel,
        name: reader.name(),
        wantReply: reader.boolean(),
        body: reader.bytes(),
      };
    case CONNECTION.CHANNEL_EOF:
    case CONNECTION.CHANNEL_CLOSE:
    case CONNECTION.CHANNEL_SUCCESS:
    case CONNECTION.CHANNEL_FAILURE:
      return { kind: BARE[number], channel };
    default:
      throw protocolError(`Message ${number} is none of a channel`);
  }
}
