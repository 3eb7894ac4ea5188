// Downloads: a file as a stream, or in memory.
import { concat } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { limitError, truncated } from '../errors.ts';
import { requireUnchanged } from '../files/versions.ts';
import type { BytesOptions, GetOptions } from '../types.ts';
import { pathArgument } from '../wire/names.ts';
import { readSize } from '../wire/values.ts';
import { tellProgress, transferLimit } from './limits-and-progress.ts';
import { openReading, type Reading } from './reading.ts';
import type { Transfer, TransferCommand } from './transfer.ts';

/** Default of `bytes`. */
const MAX_BYTES = 16 << 20;
/** A file as a stream. */
export async function get(
  connection: Connection,
  path: string,
  options: GetOptions,
): Promise<ReadableStream<Uint8Array>> {
  const reading = await openDownload(connection, path, options);
  const { onProgress } = options;
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await reading.read();
        if (chunk === undefined) return controller.close();
        bytes += chunk.length;
        report(reading, onProgress, bytes);
        controller.enqueue(chunk.slice());
      },
      cancel: () => reading.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** A file in memory. */
export async function bytes(
  connection: Connection,
  path: string,
  options: BytesOptions,
): Promise<Uint8Array> {
  const { maxBytes = MAX_BYTES, onProgress } = options;
  if (!(maxBytes >= 0)) throw usage('maxBytes must be a number from 0');
  const reading = await openDownload(connection, path, options);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = await reading.read();
    if (chunk === undefined) return concat(chunks);
    size += chunk.length;
    if (size > maxBytes) {
      await reading.cancel();
      throw connection.told(limitError(`The file has more than ${maxBytes} bytes (maxBytes)`, 'local'));
    }
    report(reading, onProgress, size);
    chunks.push(chunk.slice());
  }
}

function openDownload(connection: Connection, path: string, options: GetOptions): Promise<Reading> {
  const { start = 0, ifUnchanged } = options;
  if (!Number.isSafeInteger(start) || start < 0) throw usage('start must be a whole number from 0');
  pathArgument(path);
  return openReading(connection, {
    noun: 'download',
    limit: transferLimit(connection, options),
    command: async (): Promise<TransferCommand> => {
      if (ifUnchanged !== undefined) await requireUnchanged(connection, path, ifUnchanged);
      return { what: 'RETR', path, start };
    },
    onUnproven: (transfer) => compareSize(connection, path, transfer),
  });
}

/** A connection that was reset, or TLS that ends without its goodbye, may have been cut: the final reply does not say how much came. */
async function compareSize(connection: Connection, path: string, transfer: Transfer): Promise<void> {
  if (transfer.announced !== undefined) return;
  let size: number;
  try {
    size = readSize(await connection.ask(`SIZE ${pathArgument(path)}`));
  } catch (error) {
    // A server without SIZE: its final reply is all there is.
    if (error instanceof FairleadError && error.code === 'server' && connection.session.isReady) return;
    throw error;
  }
  if (transfer.isMissing(size)) throw truncated(`${transfer.bytes} bytes came, and the file has ${size}`);
}

function report(reading: Reading, onProgress: GetOptions['onProgress'], size: number): void {
  try {
    tellProgress(onProgress, size);
  } catch (error) {
    throw reading.fail(error);
  }
}
