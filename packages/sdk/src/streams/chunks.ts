// An answer's body as text, chunk by chunk: each wait has an end, and who stops reading ends the request.
import type { CallTime } from '../call-time.ts';
import { FairleadProblem } from '../problem.ts';

/** The time of a stream. */
export interface ChunkTime {
  readonly time: CallTime;
  /** How long nothing may come. */
  readonly idleTimeoutMs: number;
}

/**
 * The chunks of a body in UTF-8.
 * @throws FairleadProblem `timeout`, `network`; the reason of the caller's signal.
 */
export async function* chunksOf(
  { body }: Response,
  { time, idleTimeoutMs }: ChunkTime,
): AsyncGenerator<string, void, undefined> {
  const reader = body?.getReader();
  if (reader === undefined) return time.stop();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), idleTimeoutMs);
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw time.explain(error);
  } finally {
    time.stop();
    // Of no effect where the body has ended.
    reader.cancel().catch(() => {});
  }
}

/** The beginning of a body, as text; the rest is not read. */
export async function readText({ body }: Response, maxLength: number): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader !== undefined && text.length < maxLength) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  reader?.cancel().catch(() => {});
  return text.slice(0, maxLength);
}

function within<T>(reading: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const detail = `Nothing came for ${ms} milliseconds (idleTimeoutMs).`;
      reject(new FairleadProblem({ code: 'timeout', detail }));
    }, ms);
    reading.then(resolve, (cause: unknown) => {
      reject(new FairleadProblem({ code: 'network', detail: 'The answer broke off.', cause }));
    });
    const clear = (): void => clearTimeout(timer);
    reading.then(clear, clear);
  });
}
