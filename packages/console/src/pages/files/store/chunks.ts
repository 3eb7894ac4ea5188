// A body's chunks: the iteration of streams, which not every browser has.

/** The chunks. Whoever breaks off ends the body. @throws What ends the body: the reason of the call's signal; TypeError where it breaks off. */
export async function* chunksOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Of no effect where the body has ended.
    reader.cancel().catch(() => undefined);
  }
}
