// The messages of the scripted SFTP server, and what it is told.
import * as FXP from '../../../src/sftp/wire/numbers/fxp.ts';
import { SshWriter } from '../../../src/wire/ssh-writer.ts';

/** One request as it came. */
export interface Request {
  readonly type: number;
  readonly name: string;
  readonly id: number;
  /** Behind the id. */
  readonly body: Uint8Array;
  /** How many bursts of replies were sent before it. */
  readonly burst: number;
}

/** What an honest server has to know. */
export interface AnswerOptions {
  /** What `limits@openssh.com` tells of reads and writes. */
  readonly limits?: number;
  /** The most bytes of one DATA reply. */
  readonly maxRead?: number;
  /** Entries of one NAME reply. */
  readonly namesPerReply?: number;
}

/** One message with its length. */
export function message(
  type: number,
  id: number,
  fill: (writer: SshWriter) => void = () => undefined,
): Uint8Array {
  const writer = new SshWriter(4_000_000);
  const length = writer.reserve(4);
  writer.u8(type);
  writer.u32(id);
  fill(writer);
  writer.setU32(length, writer.length - 4);
  return writer.take();
}

/** STATUS. */
export function status(id: number, code: number, words = `status ${code}`): Uint8Array {
  return message(FXP.STATUS, id, (writer) => {
    writer.u32(code);
    writer.string(words);
    writer.string('');
  });
}
