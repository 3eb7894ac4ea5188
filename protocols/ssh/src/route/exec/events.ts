// A running command as events: both outputs as they come, at last how it ended. The reader's pace is the command's.
import type { Process } from '../../types.ts';
import { OutputChunks } from './output-text.ts';
import type { ExecEvent, OutputEncoding } from './schemas.ts';

type OutputName = 'stdout' | 'stderr';

/**
 * The events of a process, which is closed when they end or are left.
 * @throws FairleadError as `exit` of the process.
 */
export async function* processEvents(
  process: Process,
  encoding: OutputEncoding,
): AsyncGenerator<ExecEvent, void, undefined> {
  try {
    yield { event: 'started' };
    const chunks = { stdout: new OutputChunks(encoding), stderr: new OutputChunks(encoding) };
    for await (const { event, bytes } of merged(process)) {
      const output = bytes === undefined ? chunks[event].end() : chunks[event].push(bytes);
      if (output !== undefined) yield { event, ...output };
    }
    const { code, signal } = await process.exit;
    yield { event: 'exit', code, signal };
  } finally {
    await process.close();
  }
}

/** A chunk of an output; without bytes, its end. */
interface Chunk {
  readonly event: OutputName;
  readonly bytes?: Uint8Array;
}

/** Both outputs in the order in which they come. Nothing is read ahead of the reader but one chunk of each. */
function merged({ stdout, stderr }: Process): ReadableStream<Chunk> {
  const { readable, writable } = new TransformStream<Chunk, Chunk>();
  const writer = writable.getWriter();
  const pass = async (event: OutputName, output: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const bytes of output) await writer.write({ event, bytes });
    await writer.write({ event });
  };
  Promise.all([pass('stdout', stdout), pass('stderr', stderr)])
    .then(() => writer.close())
    // The reader gets the failure; where it has left, it wants none.
    .catch((error: unknown) => writer.abort(error).catch(() => {}));
  return readable;
}
