// A channel's outputs and its input as web streams, with backpressure down to the channel's window.
import { FairleadError, usage } from '@fairlead/errors';
import type { ByteQueue } from '../channels/byte-queue.ts';
import type { Channel } from '../channels/channel.ts';

/** An output as a stream. Cancelling it drops what comes; the other output goes on. */
export function readableOf(queue: ByteQueue): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await queue.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => queue.discard(),
    },
    { highWaterMark: 0 },
  );
}

/** The input as a stream. Closing it sends EOF; aborting it ends the channel, since the input is not whole. */
export function writableOf(channel: Channel): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write(chunk) {
      if (!(chunk instanceof Uint8Array)) throw usage('An input is written as Uint8Array');
      return channel.write(chunk);
    },
    close: () => channel.endInput(),
    abort(reason) {
      channel.abort(new FairleadError('aborted', 'The input was aborted', { cause: reason }));
    },
  });
}

/** The input of a command that has none, or that a stream of the caller feeds. */
export function closedInput(): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write() {
      throw usage("The command's input is not open: pass stdin: 'pipe' to exec");
    },
  });
}
