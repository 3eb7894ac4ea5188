// A request's body behind what a file already holds: how an upload that broke off goes on.
import { HttpProblem } from '@fairlead/http';
import type { PutResult, SftpCallOptions } from '../../../sftp/types/options.ts';
import type { Sftp } from '../../../sftp/types/sftp.ts';

interface WriteFromOptions extends SftpCallOptions {
  /** The size that the file has; 0 empties it, or makes it. */
  readonly offset: number;
  readonly mode?: number | undefined;
}

/**
 * Writes in place, behind the file's bytes.
 * @returns The file's size then.
 * @throws HttpProblem 416 where the file has another size; FairleadError as `stat` and `writable`.
 */
export async function writeFrom(
  sftp: Sftp,
  path: string,
  body: ReadableStream<Uint8Array> | undefined,
  { offset, mode, signal }: WriteFromOptions,
): Promise<PutResult> {
  if (offset > 0) {
    const { size } = await sftp.stat(path, { signal });
    if (size !== offset) throw otherSize(size);
  }
  const flags = offset === 0 ? 'w' : 'r+';
  const writer = sftp.writable(path, { flags, start: offset, mode, signal }).getWriter();
  let bytes = offset;
  try {
    for await (const piece of body ?? []) {
      await writer.write(piece);
      bytes += piece.length;
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
  return { bytes, atomic: false };
}

function otherSize(size: number | undefined): HttpProblem {
  const told =
    size === undefined ? 'The server does not tell the size of the file' : `The file has ${size} bytes`;
  return new HttpProblem('range_not_satisfiable', `${told}: a body goes on at its end alone.`, {
    headers: { 'Content-Range': `bytes */${size ?? '*'}` },
  });
}
