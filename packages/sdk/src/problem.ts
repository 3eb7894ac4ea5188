// The one error of this client: the gateway's problem document (RFC 9457), or what kept it from coming. It shows no token.
import type { Problem } from './generated/document.ts';

/**
 * The gateway's codes, and this client's own: `network` (no answer came, the request may have been received), `unexpected` (an
 * answer that is not the gateway's). `timeout` and `limit` with status 0 are this client's, too.
 */
export type FairleadProblemCode = Problem['code'] | 'network' | 'unexpected';

/** What a `FairleadProblem` carries. */
export interface FairleadProblemMembers extends Partial<Omit<Problem, 'code' | 'detail'>> {
  readonly code: FairleadProblemCode;
  readonly detail: string;
  /** What `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Every failure of a call but the caller's own abort. Recognise it by `code`. */
export class FairleadProblem extends Error {
  override readonly name = 'FairleadProblem';
  readonly code: FairleadProblemCode;
  /** The HTTP status; 0 where no answer came, or the stream failed after it had begun. */
  readonly status: number;
  /** The same for every problem of the code. */
  readonly title: string;
  readonly blame: Problem['blame'];
  /** True only if nothing was sent to the server that could have had an effect. */
  readonly safeToRetry: boolean;
  /** For the gateway's operator: the log's entry of the same name. Empty where no answer came. */
  readonly requestId: string;
  /** Each fault of a request that does not fit its schema. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** The server's own words, such as a SQLSTATE. */
  readonly server: Problem['server'];
  /** The scope that the token lacks. */
  readonly needs: string | undefined;
  /** When the gateway asks to come back. */
  readonly retryAfterMs: number | undefined;

  constructor(members: FairleadProblemMembers) {
    super(members.detail, members.cause === undefined ? undefined : { cause: members.cause });
    this.code = members.code;
    this.status = members.status ?? 0;
    this.title = members.title ?? members.detail;
    this.blame = members.blame ?? 'network';
    this.safeToRetry = members.safeToRetry ?? false;
    this.requestId = members.requestId ?? '';
    this.errors = members.errors ?? [];
    this.server = members.server;
    this.needs = members.needs;
    this.retryAfterMs = members.retryAfterMs;
  }
}

/** Whether `value` is a `FairleadProblem`, also one of another copy of this package. */
export function isFairleadProblem(value: unknown): value is FairleadProblem {
  return value instanceof Error && value.name === 'FairleadProblem' && 'code' in value;
}

/** Whether a JSON value is a problem document. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, detail, safeToRetry } = value as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof detail === 'string' && typeof safeToRetry === 'boolean';
}
