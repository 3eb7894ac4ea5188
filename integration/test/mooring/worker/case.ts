// What the cases of the Worker have in common.
import { isFairleadError } from '@fairlead/errors';
import type { MooringNamespace } from '@fairlead/mooring';

/** What the configuration and the test give. */
export interface Env {
  readonly MOORING: MooringNamespace;
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
}

/** What a test asks of a case, as JSON. */
export type Input = Readonly<Record<string, unknown>>;

/** One use of the library. What it resolves to is sent as JSON, unless it is a response. */
export type Case = (env: Env, input: Input) => Promise<unknown>;

/** What tests look at of an error. */
export function told(error: unknown): object {
  if (!isFairleadError(error)) return { message: String(error) };
  const { code, message, safeToRetry, server } = error;
  return { code, message, safeToRetry, server };
}
