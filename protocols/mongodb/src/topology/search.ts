// What searches for a server share: their time, their errors, and callers that wait for one search no longer than they may.
import { abortedBy, type CallLimit, pause, remainingMs, timeUp } from '@fairlead/client';
import { type ErrorCode, errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { type Address, bounded, formatAddress, parseAddress } from '@fairlead/transport';
import type { CommandLink, ServerDescription } from '../connection/types.ts';
import { DEFAULT_PORT } from '../options/url/connection-string.ts';

/** "Server Discovery and Monitoring", minHeartbeatFrequencyMS: how long to wait before the same servers are asked anew. */
const PAUSE_MS = 500;

/** What every server would answer alike: it ends a search. */
const FINAL: readonly ErrorCode[] = ['usage', 'policy', 'auth', 'aborted', 'closed'];

/** Whether an error of one server makes it needless to ask the others. */
export function isFinal(error: unknown): boolean {
  return !isFairleadError(error) || FINAL.includes(error.code);
}

/**
 * Waits for a search that others may wait for too: it goes on when this caller leaves.
 * @throws FairleadError the search's, `timeout`, `aborted`; `safeToRetry`, since nothing was sent.
 */
export async function waitFor<T>(search: Promise<T>, limit: CallLimit): Promise<T> {
  const outcome = await bounded(search, remainingMs(limit), limit.signal);
  if (outcome.kind === 'done') return outcome.value;
  if (outcome.kind === 'failed') {
    // One of its own for each caller: labels are put on it.
    throw isFairleadError(outcome.error) ? errorWith(outcome.error, {}) : outcome.error;
  }
  if (outcome.kind === 'aborted' && limit.signal) throw abortedBy('search for a server', limit.signal, true);
  throw timeUp('search for a server', limit.timeoutMs, true);
}

/** Pauses before a set without a primary is asked again. @returns False where there is no time for it. */
export async function pauseWithin(limit: CallLimit): Promise<boolean> {
  if (limit.at - Date.now() <= PAUSE_MS) return false;
  return await pause(PAUSE_MS, limit.signal);
}

/** The limit of one dial, where so many addresses have to share what is left. */
export function shareOf(limit: CallLimit, count: number): CallLimit {
  const now = Date.now();
  const timeoutMs = Math.max(1, Math.ceil((limit.at - now) / count));
  return { signal: limit.signal, timeoutMs, at: now + timeoutMs };
}

/** The error where servers answered, and none suits. */
export function noServer(message: string): FairleadError {
  return new FairleadError('connect_failed', message, { blame: 'peer', safeToRetry: true });
}

/** Leaves a connection that is not needed. Its end is nobody's business any more. */
export function leave(link: CommandLink): void {
  link.close().catch(() => undefined);
}

/** `host:port` as a server names its fellows; undefined for what is none: it is not dialled. */
export function memberAddress(text: string): Address | undefined {
  try {
    return parseAddress(text, DEFAULT_PORT);
  } catch {
    return undefined;
  }
}

/** A replica set has 50 members at most; what a server names beyond is not dialled, nor are more servers in one round of a search. */
const MAX_MEMBERS = 50;

/** Whether one round of a search has asked enough: servers that name ever new ones are not followed for ever. */
export function isEnough(tried: ReadonlySet<string>): boolean {
  return tried.size > 2 * MAX_MEMBERS;
}

/** The members that a server names, `first` in front. */
export function membersOf({ hosts }: ServerDescription, first: string | undefined): Address[] {
  const names = hosts.slice(0, MAX_MEMBERS);
  return distinct((first === undefined ? names : [first, ...names]).map(memberAddress));
}

/** Each address once, in their order. */
export function distinct(addresses: readonly (Address | undefined)[]): Address[] {
  const found = new Map<string, Address>();
  for (const address of addresses)
    if (address && !found.has(formatAddress(address))) found.set(formatAddress(address), address);
  return [...found.values()];
}
