// The JSON document of a result, or of several, as it grows. It refuses to hold more than the operator's caps.
import { FairleadError } from '@fairlead/errors';
import { type Limits, NDJSON_TYPE } from '@fairlead/http';

const utf8 = new TextEncoder();

/** Gathers text and rows in their order. The caps are for all results together. */
export class ResultDocument {
  readonly #limits: Pick<Limits, 'maxRows' | 'maxResultBytes'>;
  readonly #parts: Uint8Array[] = [];
  #size = 0;
  #rows = 0;

  constructor(limits: Pick<Limits, 'maxRows' | 'maxResultBytes'>) {
    this.#limits = limits;
  }

  /** Adds JSON text. */
  text(json: string): void {
    this.#add(utf8.encode(json));
  }

  /**
   * Adds rows, as JSON in UTF-8.
   * @param count How many they are.
   * @throws FairleadError `limit`.
   */
  rows(json: Uint8Array, count: number): void {
    const { maxRows } = this.#limits;
    this.#rows += count;
    if (this.#rows > maxRows) throw tooLarge(`${maxRows} rows (maxRows)`);
    this.#add(json);
  }

  /** What was added, in one piece. */
  bytes(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #add(part: Uint8Array): void {
    const { maxResultBytes } = this.#limits;
    this.#size += part.length;
    if (this.#size > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes (maxResultBytes)`);
    this.#parts.push(part);
  }
}

function tooLarge(limit: string): FairleadError {
  const message =
    `The result is larger than ${limit}. Add a LIMIT, or ask /pg/query for it with "Accept: ${NDJSON_TYPE}", ` +
    'which streams results of any size.';
  return new FairleadError('limit', message);
}
