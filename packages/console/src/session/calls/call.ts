// One request of a page, as a person may repeat it elsewhere.

/** A request that a page has made. */
export interface Call {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The SDK's function, such as `pgQuery`; undefined for WebSockets. */
  readonly operation: string | undefined;
  /** What the function took, without signal and limits. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly url: string;
  /** Without the token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether there is a body that is not kept: it is bytes, or too long. */
  readonly isBodyLeftOut: boolean;
  /** Of the answer; 0 where none came, undefined before. */
  status: number | undefined;
  ms: number | undefined;
}
