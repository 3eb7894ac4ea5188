// `defaults` of the package `pg`: what a client uses where its options say nothing.

/** Options by `pg`'s names. */
export interface Defaults {
  host: string;
  port: number;
  user: string;
  database: string | undefined;
  password: string | null;
  /** Of a pool: connections at most. */
  max: number;
  /** Of a pool: how long a connection may be idle. */
  idleTimeoutMillis: number;
  /** Whether a `Date` parameter is written in UTC, and not in local time. */
  parseInputDatesAsUTC: boolean;
}

/** They belong to the isolate: what is set here holds for all requests. */
export const defaults: Defaults = {
  host: 'localhost',
  port: 5432,
  user: 'postgres',
  database: undefined,
  password: null,
  max: 10,
  idleTimeoutMillis: 10_000,
  parseInputDatesAsUTC: false,
};
