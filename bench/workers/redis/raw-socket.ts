// A bare socket that sends the same bytes and parses nothing: what no client can beat.
import { rawSocket } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';
import { type Canned, COMMANDS, repeat } from './canned.ts';
import {
  BATCHES,
  BIG_READS,
  CONNECTS,
  IN_FLIGHT,
  MANY_BATCHES,
  MANY_IN_FLIGHT,
  SEQUENTIAL,
} from './scenarios.ts';

/** Writes a command that is bytes already and counts the reply's bytes: no encoding, no parsing, no promise a command. */
function raw({ command, replyBytes }: Canned, times: number, size = 1) {
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
      for (let i = 0; i < CONNECTS; i++) await raw(COMMANDS.small, 1)(port);
    }),
  get: raw(COMMANDS.small, SEQUENTIAL),
  get100: raw(COMMANDS.small, BATCHES, IN_FLIGHT),
  get1000: raw(COMMANDS.small, MANY_BATCHES, MANY_IN_FLIGHT),
  set100: raw(COMMANDS.set, BATCHES, IN_FLIGHT),
  get1mb: raw(COMMANDS.big, BIG_READS),
};

export default rounds({ 'raw socket': rawSubject });
