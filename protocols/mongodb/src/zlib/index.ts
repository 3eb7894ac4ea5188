// zlib for OP_COMPRESSED, by the platform's streams: an export of its own, so that clients without it carry none of it.
import { concat } from '@fairlead/bytes';
import { protocolError } from '../errors.ts';
import { HEADER_BYTES } from '../wire/protocol.ts';
import type { Compression } from '../wire/types.ts';
import { decodeCompressed, encodeCompressed, inflatedMessage } from './op-compressed.ts';

/**
 * Compresses messages in both directions, if the server agrees. It spares bytes on slow networks, and costs CPU time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { zlib } from '@fairlead/mongodb/zlib';
 *
 * await using client = await connect('mongodb+srv://app@cluster0.example.net/shop', { compression: zlib() });
 * ```
 */
export function zlib(): Compression {
  return { name: 'zlib', deflate, inflate };
}

/** The compressor's number in OP_COMPRESSED. */
const ZLIB = 2;
/** As the specification of OP_COMPRESSED lists them. */
const NEVER =
  /^(hello|isMaster|saslStart|saslContinue|getnonce|authenticate|createUser|updateUser|copydb.*)$/i;

function deflate(message: Uint8Array, command: string): Promise<Uint8Array> | undefined {
  return NEVER.test(command) ? undefined : compressed(message);
}

async function compressed(message: Uint8Array): Promise<Uint8Array> {
  const body = await transform(
    new CompressionStream('deflate'),
    message.subarray(HEADER_BYTES),
    Number.POSITIVE_INFINITY,
  );
  return encodeCompressed(message, body, ZLIB);
}

async function inflate(message: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { compressor, size, body } = decodeCompressed(message, maxBytes);
  if (compressor !== ZLIB) {
    throw protocolError(`a reply is compressed by ${compressor}, which was not agreed on`);
  }
  let inflated: Uint8Array;
  try {
    inflated = await transform(new DecompressionStream('deflate'), body, size);
  } catch (cause) {
    throw protocolError('a compressed message is damaged, or larger than it says', cause);
  }
  if (inflated.length !== size) throw protocolError('a compressed message has another size than it says');
  return inflatedMessage(message, inflated);
}

const noop = (): void => undefined;

/** @throws Error where more than `maxBytes` come out, as soon as they do. */
async function transform(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  // What goes wrong is told by the reading side.
  writer.write(new Uint8Array(bytes)).catch(noop);
  writer.close().catch(noop);
  const reader: ReadableStreamDefaultReader<Uint8Array> = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(chunks);
    length += value.length;
    if (length > maxBytes) {
      reader.cancel().catch(noop);
      throw new Error('too large');
    }
    chunks.push(value);
  }
}
