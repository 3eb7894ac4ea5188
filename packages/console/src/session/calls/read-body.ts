// The body of an answer, read while somebody watches how much has come.

/**
 * Reads a body to its end.
 * @param onBytes Called with the bytes that have come so far.
 * @throws What the stream fails with.
 */
export async function readBody(response: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    onBytes(length);
  }
  return new Blob(chunks);
}
