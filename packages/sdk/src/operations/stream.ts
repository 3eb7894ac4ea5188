// What the operations share whose answer is a stream.
import type { Client } from '../client.ts';
import type { AnyInput, Operation } from '../request.ts';
import { chunksOf } from '../streams/chunks.ts';
import type { StreamOptions } from '../types.ts';

/** In UTF-16 units. */
export const MAX_LINE_LENGTH = 16 * 1024 * 1024;
/** Longer than the gateway's heartbeats and its usual time limit. */
const IDLE_TIMEOUT_MS = 120_000;

/** The chunks of the answer. @throws FairleadProblem; the reason of the caller's signal. */
export async function openStream(
  client: Client,
  operation: Operation,
  input: AnyInput & StreamOptions,
  accept: string,
): Promise<AsyncIterable<string>> {
  const { response, time } = await client.send(operation, input, { accept, isStream: true });
  return chunksOf(response, { time, idleTimeoutMs: input.idleTimeoutMs ?? IDLE_TIMEOUT_MS });
}
