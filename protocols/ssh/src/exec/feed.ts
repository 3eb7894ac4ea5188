// Sends a caller's bytes, or a stream of them, as the input of a channel. It ends with the channel.
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Channel } from '../channels/channel.ts';
import type { StdinSource } from '../options/call-options.ts';

/** Reads one source, and lets go of it. */
interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(): void;
}

/** Checks where input comes from. @throws FairleadError `usage`. */
export function checkSource(source: unknown): asserts source is StdinSource {
  if (source instanceof ReadableStream) {
    if (source.locked) throw usage('stdin is a stream that is being read already');
    return;
  }
  const isIterable = typeof source === 'object' && source !== null && Symbol.asyncIterator in source;
  if (source instanceof Uint8Array || isIterable) return;
  throw usage("stdin is 'pipe', a Uint8Array, a ReadableStream or an async iterable of Uint8Array");
}

/** Lets go of a source that no command reads. */
export function cancelSource(source: StdinSource): void {
  if (source instanceof ReadableStream && !source.locked) void source.cancel().catch(noop);
}

/** Sends all of `source`, then EOF. A source that fails ends the channel: the command must not take a part for the whole. Never rejects. */
export async function feed(channel: Channel, source: StdinSource): Promise<void> {
  let reading: Source | undefined;
  const cancel = (): void => reading?.cancel();
  void channel.ended.then(cancel);
  try {
    reading = open(source);
    for (let step = await reading.next(); step.done !== true; step = await reading.next()) {
      if (!(step.value instanceof Uint8Array)) throw usage('stdin gave something that is no Uint8Array');
      if (step.value.length > 0) await channel.write(step.value);
    }
    await channel.endInput();
  } catch (error) {
    channel.abort(isFairleadError(error) ? error : sourceFailed(error));
    cancel();
  }
}

function sourceFailed(cause: unknown): FairleadError {
  return new FairleadError('usage', 'The stream for stdin failed', { cause, blame: 'local' });
}

function open(source: StdinSource): Source {
  if (source instanceof Uint8Array) return once(source);
  if (source instanceof ReadableStream) {
    const reader = source.getReader();
    return { next: () => reader.read(), cancel: () => void reader.cancel().catch(noop) };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    cancel: () => {
      try {
        iterator.return?.()?.catch(noop);
      } catch {
        // It was left in any case.
      }
    },
  };
}

function once(bytes: Uint8Array): Source {
  let value: Uint8Array | undefined = bytes;
  return {
    next: async () => {
      const step = { done: value === undefined, value };
      value = undefined;
      return step;
    },
    cancel: noop,
  };
}

const noop = (): void => undefined;
