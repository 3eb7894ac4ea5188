// Server-Sent Events (WHATWG HTML section 9.2.6) as objects. It does not reconnect; an event `error` with a problem is thrown.
import { FairleadProblem, isProblem } from '../problem.ts';

/** One event. */
export interface ServerSentEvent {
  /** Its type: `message` where it says none. */
  readonly event: string;
  /** Its text; what Redis sends is no JSON. */
  readonly data: string;
  /** What `Last-Event-ID` names to go on behind it. */
  readonly id?: string;
}

/**
 * The events of a stream.
 * @param maxLength Of one event's data, in UTF-16 units.
 * @throws FairleadProblem What an event `error` holds; `limit`.
 */
export async function* serverSentEvents(
  lines: AsyncIterable<string>,
  maxLength: number,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let event = new OpenEvent(maxLength);
  for await (const line of lines) {
    if (line !== '') {
      event.add(line);
      continue;
    }
    // One that the stream ends in is dropped, as the standard says.
    const whole = event.take();
    event = new OpenEvent(maxLength);
    if (whole === undefined) continue;
    throwProblem(whole);
    yield whole;
  }
}

function throwProblem({ event, data }: ServerSentEvent): void {
  if (event !== 'error') return;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return;
  }
  if (isProblem(value)) throw new FairleadProblem({ ...value, status: 0 });
}

/** An event whose empty line has not come. */
class OpenEvent {
  readonly #maxLength: number;
  readonly #data: string[] = [];
  #length = 0;
  #event = 'message';
  #id: string | undefined;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Adds a line; a comment, which begins with a colon, is a field without a name. */
  add(line: string): void {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
    else if (field === 'data') this.#addData(value);
  }

  take(): ServerSentEvent | undefined {
    if (this.#data.length === 0) return undefined;
    const data = this.#data.join('\n');
    return { event: this.#event, data, ...(this.#id === undefined ? {} : { id: this.#id }) };
  }

  #addData(value: string): void {
    this.#length += value.length + 1;
    if (this.#length > this.#maxLength + 1) {
      const detail = `An event is longer than ${this.#maxLength} UTF-16 units (maxLineLength).`;
      throw new FairleadProblem({ code: 'limit', detail, blame: 'local' });
    }
    this.#data.push(value);
  }
}
