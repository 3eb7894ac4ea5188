// A bare socket that sends the same bytes and parses nothing: what no client can beat.
import { rawSocket } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';
import {
  BATCHES,
  BIG_READS,
  CONNECTS,
  IN_FLIGHT,
  MANY_BATCHES,
  MANY_IN_FLIGHT,
  SEQUENTIAL,
  SMALL,
} from './scenarios.ts';

const encoder = new TextEncoder();
const GET_SMALL = encoder.encode('*2\r\n$3\r\nGET\r\n$5\r\nsmall\r\n');
const GET_BIG = encoder.encode('*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n');
const SET_SMALL = encoder.encode(`*3\r\n$3\r\nSET\r\n$5\r\nother\r\n$16\r\n${SMALL}\r\n`);
const SMALL_REPLY = '$16\r\n'.length + 16 + 2;
const BIG_REPLY = '$1000000\r\n'.length + 1_000_000 + 2;
const OK_REPLY = '+OK\r\n'.length;

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}

/** Writes a command that is bytes already and counts the reply's bytes: no encoding, no parsing, no promise a command. */
function raw(command: Uint8Array, replyBytes: number, times: number, size = 1) {
  return async (port: number) => {
    const socket = await rawSocket(port);
    const request = repeat(command, size);
    const result = await timed(times * size, async () => {
      for (let i = 0; i < times; i++) {
        // A write over 64 KiB is split, as the platform demands; the read follows in the same turn, which is fastest.
        for (let at = 0; at < request.length; at += 65_536)
          void socket.write(request.subarray(at, at + 65_536));
        await socket.skip(replyBytes * size);
      }
    });
    await socket.close();
    return result;
  };
}

const rawSubject: Subject = {
  connect: (port) =>
    timed(CONNECTS, async () => {
      for (let i = 0; i < CONNECTS; i++) await raw(GET_SMALL, SMALL_REPLY, 1)(port);
    }),
  get: raw(GET_SMALL, SMALL_REPLY, SEQUENTIAL),
  get100: raw(GET_SMALL, SMALL_REPLY, BATCHES, IN_FLIGHT),
  get1000: raw(GET_SMALL, SMALL_REPLY, MANY_BATCHES, MANY_IN_FLIGHT),
  set100: raw(SET_SMALL, OK_REPLY, BATCHES, IN_FLIGHT),
  get1mb: raw(GET_BIG, BIG_REPLY, BIG_READS),
};

export default rounds({ 'raw socket': rawSubject });
