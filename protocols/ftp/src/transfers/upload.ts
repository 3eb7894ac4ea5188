// Uploads: whole, appended, resumed, and atomic ones.
import { FairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { asFairlead } from '../errors.ts';
import { knownSize, requireUnchanged, sizeOrNone } from '../files/versions.ts';
import type { Body, PutOptions, PutResult, TransferOptions } from '../types.ts';
import { pathArgument } from '../wire/names.ts';
import { type Chunks, cancelBody, nextChunk, openBody, skipBytes } from './body.ts';
import { tellProgress, transferLimit } from './limits-and-progress.ts';
import { openTransfer } from './open.ts';
import type { TransferCommand } from './transfer.ts';

/** Written at once: a server may take `replyTimeoutMs` for as much, and progress is told after it. */
const PIECE_BYTES = 262_144;

interface UploadCommand extends TransferCommand {
  readonly path: string;
}

/** Uploads a body: by STOR, or as the options say. */
export async function put(
  connection: Connection,
  path: string,
  body: Body,
  options: PutOptions,
): Promise<PutResult> {
  const { atomic = false, resume = false } = options;
  if (atomic && resume !== false) throw usage('An atomic upload cannot be resumed');
  return await uploading(connection, path, body, options, async (chunks) => {
    if (atomic) return { bytes: await putAtomically(connection, path, chunks, options), skipped: 0 };
    if (resume === false) {
      return { bytes: await send(connection, { what: 'STOR', path }, chunks, options), skipped: 0 };
    }
    if (resume !== true) await requireUnchanged(connection, path, resume);
    const skipped = await sizeOrNone(connection, path);
    const rest = await skipBytes(chunks, skipped, (chunk) =>
      connection.unlessStopped(chunk, 'The stream of the upload'),
    );
    const command: UploadCommand = { what: skipped === 0 ? 'STOR' : 'APPE', path };
    const bytes = await send(connection, command, chunks, options, rest);
    await requireSize(connection, path, skipped + bytes);
    return { bytes, skipped };
  });
}

/** Appends a body (APPE). */
export async function append(
  connection: Connection,
  path: string,
  body: Body,
  options: TransferOptions,
): Promise<PutResult> {
  return await uploading(connection, path, body, options, async (chunks) => ({
    bytes: await send(connection, { what: 'APPE', path }, chunks, options),
    skipped: 0,
  }));
}

async function uploading(
  connection: Connection,
  path: string,
  body: Body,
  options: TransferOptions,
  work: (chunks: Chunks) => Promise<PutResult>,
): Promise<PutResult> {
  const chunks = openBody(body);
  try {
    pathArgument(path);
    return await connection.call('upload', transferLimit(connection, options), () => work(chunks));
  } catch (error) {
    cancelBody(chunks);
    throw error;
  }
}

/** One transfer of what is left of a body. @param rest Sent first. @returns The bytes sent. */
async function send(
  connection: Connection,
  command: UploadCommand,
  chunks: Chunks,
  { onProgress }: TransferOptions,
  rest: Uint8Array = new Uint8Array(0),
): Promise<number> {
  const transfer = await openTransfer(connection, command);
  try {
    transfer.readAside();
    for (let chunk: Uint8Array | undefined = rest; chunk !== undefined; ) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        await transfer.write(chunk.subarray(at, at + PIECE_BYTES));
        tellProgress(onProgress, transfer.bytes);
      }
      chunk = await transfer.unlessStopped(transfer.inTime(nextChunk(chunks), 'The stream of the upload'));
    }
    await transfer.endWriting();
    await transfer.finish();
    if (transfer.isEndUnproven && command.what === 'STOR') {
      await requireSize(connection, command.path, transfer.bytes);
    }
    return transfer.bytes;
  } catch (error) {
    await transfer.abandon(asFairlead(error, 'The upload failed'));
    throw error;
  }
}

/** Under a temporary name beside the target, which is removed where anything fails. */
async function putAtomically(
  connection: Connection,
  path: string,
  chunks: Chunks,
  options: TransferOptions,
): Promise<number> {
  const slash = path.lastIndexOf('/');
  const name = `.${path.slice(slash + 1)}.${crypto.randomUUID().slice(0, 8)}.part`;
  const temporary = path.slice(0, slash + 1) + name;
  try {
    const bytes = await send(connection, { what: 'STOR', path: temporary }, chunks, options);
    await requireSize(connection, temporary, bytes);
    await connection.ask(`RNFR ${pathArgument(temporary)}`);
    await connection.ask(`RNTO ${pathArgument(path)}`, { hasEffect: true });
    return bytes;
  } catch (error) {
    if (connection.session.isReady) {
      await connection
        .ask(`DELE ${pathArgument(temporary)}`, { hasEffect: true, isCleanup: true })
        .catch(() => undefined);
    }
    throw error;
  }
}

/** @throws FairleadError `connection_lost` where the server has another size; a server without SIZE is believed. */
async function requireSize(connection: Connection, path: string, bytes: number): Promise<void> {
  const size = await knownSize(connection, path);
  if (size === undefined || size === bytes) return;
  throw new FairleadError('connection_lost', `${bytes} bytes should be at the server, and it has ${size}`);
}
