// Reads NDJSON answers of the gateway. It refuses a last line without its end.

/** The lines of a streamed result, parsed one at a time. */
export async function* lines(response: Response): AsyncGenerator<unknown, void, undefined> {
  if (response.body === null) throw new Error('no body');
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + text).split('\n');
    rest = complete.pop() ?? '';
    for (const line of complete) yield JSON.parse(line);
  }
  if (rest !== '') throw new Error('the last line has no end');
}

/** All of them. */
export async function allLines(response: Response): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const line of lines(response)) all.push(line);
  return all;
}
