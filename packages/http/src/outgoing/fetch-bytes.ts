// A fetch for the gateway's own needs (an issuer's keys, a resolver's answers): to a cap, without redirects, and whole. It knows no
// time limit; its caller's signal does.

/** What is asked, and how much of the answer is taken. */
export interface BytesRequest extends Pick<RequestInit, 'method' | 'body'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

/**
 * The body of an answer 200.
 * @throws Error: another status, a body over the cap; what `fetch` throws. No message is for callers.
 */
export async function fetchBytes(
  url: string,
  { method = 'GET', body, headers, signal, maxBytes }: BytesRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { method, body: body ?? null, headers, signal, redirect: 'manual' });
  const reader = response.body?.getReader();
  try {
    if (response.status !== 200) throw new Error(`The answer has the status ${response.status}`);
    const bytes = new Uint8Array(maxBytes);
    let length = 0;
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) return bytes.slice(0, length);
      if (length + value.length > maxBytes) throw new Error(`The answer is larger than ${maxBytes} bytes`);
      bytes.set(value, length);
      length += value.length;
    }
  } finally {
    // What does not come any more is not waited for.
    reader?.cancel().catch(() => {});
  }
}
