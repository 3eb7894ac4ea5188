// The gateway's own refusals, thrown by its middleware and caught by its error handler; never seen outside it.
import type { GatewayCode } from './problem-table.ts';

/** One fault in a request: a JSON path such as `body.params[2]`, and what is wrong there. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What an `HttpProblem` adds to the problem document and to the response. */
export interface HttpProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly Fault[];
  /** The scope that was missing. */
  readonly needs?: string;
  readonly cause?: unknown;
}

/** An answer that is the gateway's own and no protocol's: 401, 403, 404, 405, 415, 416, 426, 500. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: GatewayCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly Fault[] | undefined;
  readonly needs: string | undefined;

  /** @param detail For the caller's eyes: no secret, no host of a named connection. */
  constructor(code: GatewayCode, detail: string, options: HttpProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
    this.needs = options.needs;
  }
}
