// Watches a mailbox for new mail, for as long as it is wanted: one request after the other, each of which says where it goes on.
import { imapWatch } from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';
import type { Message } from '../messages/summary.ts';

/** What happens in a watched mailbox. */
interface Watcher {
  readonly onOpen: () => void;
  readonly onMail: (message: Message) => void;
  /** Messages have changed or gone. */
  readonly onChanged: () => void;
}

interface WatchOptions extends Watcher {
  readonly mailbox: string;
  /** Of one request, at most. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A server that ends the watch at once is not asked more often. */
const LEAST_MS = 2_000;

/** Watches until the signal. @throws FairleadProblem Where a watch cannot begin, or is broken off. */
export async function watchMailbox(caller: Caller, options: WatchOptions): Promise<void> {
  let last: string | undefined;
  while (!options.signal.aborted) {
    const startedAt = Date.now();
    last = await watchOnce(caller, options, last);
    const restMs = LEAST_MS - (Date.now() - startedAt);
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

/** @returns Where the next one goes on. */
async function watchOnce(
  caller: Caller,
  { mailbox, timeoutMs, signal, ...watcher }: WatchOptions,
  last: string | undefined,
): Promise<string | undefined> {
  const headers = {
    'Fairlead-Timeout-Ms': `${timeoutMs}`,
    ...(last === undefined ? {} : { 'Last-Event-ID': last }),
  };
  let latest = last;
  const events = caller.run('imapWatch', imapWatch, { query: { mailbox }, headers, signal });
  for await (const { event, data, id } of events) {
    latest = id ?? latest;
    if (event === 'open') watcher.onOpen();
    if (event === 'open' && isReset(data)) watcher.onChanged();
    if (event === 'mail') watcher.onMail(JSON.parse(data) as Message);
    if (event === 'changed') watcher.onChanged();
  }
  return latest;
}

/** Whether the mailbox was made anew between two requests. */
function isReset(data: string): boolean {
  const value: unknown = JSON.parse(data);
  return typeof value === 'object' && value !== null && 'isReset' in value && value.isReset === true;
}
