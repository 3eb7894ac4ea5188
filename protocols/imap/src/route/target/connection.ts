// What the IMAP routes share: a request's connection with its mailboxes, its client, and words for the OpenAPI document.
import {
  connectionSettings,
  connectorOf,
  dialOptions,
  jsonText,
  NDJSON_TYPE,
  problemResponses,
  type RouteContext,
  resolveTarget,
  SECURITY_SCHEME,
  withClient,
} from '@fairlead/http';
import { connect } from '../../client.ts';
import type { ImapOptions } from '../../options/connect-options.ts';
import type { ImapClient } from '../../types/client.ts';
import { type ConnectionSettings, settingsSchema } from './settings.ts';

/** The media type of requests and answers in JSON. */
export const JSON_TYPE = 'application/json';

/** What all IMAP routes have in the OpenAPI document. */
export const tagged = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['imap'] };

/** The problems that all IMAP routes may answer with. */
export const problems: ReturnType<typeof problemResponses> = /* @__PURE__ */ problemsWith({
  409: 'The mailbox has another UIDVALIDITY: the UIDs are void',
});

/** The same, for routes that add to a mailbox. */
export const problemsOfChanges: ReturnType<typeof problemResponses> = /* @__PURE__ */ problemsWith({
  409: 'The mailbox has another UIDVALIDITY: the UIDs are void',
  507: 'The account has no room (OVERQUOTA)',
});

/** The usual problems, and the server's refusals that have a status of their own. */
function problemsWith(refusals: Readonly<Record<number, string>>): ReturnType<typeof problemResponses> {
  const kinds = problemResponses([
    'server',
    'auth',
    'limit',
    'policy',
    'tls_failed',
    'connect_timeout',
    'connection_lost',
    'overloaded',
  ]);
  for (const [status, description] of Object.entries(refusals)) {
    const [like] = Object.values(kinds);
    if (like !== undefined) kinds[status] = { ...like, description };
  }
  return kinds;
}

/** What a request may do. */
export type ImapAction = 'read' | 'write';

/** A request's server. */
export interface ImapTarget {
  /** The mailboxes that callers may use; undefined for all. */
  readonly mailboxes: readonly string[] | undefined;
  /** Connects and logs in, or borrows a connection of the pool; `signal` ends it. */
  readonly open: (signal: AbortSignal) => Promise<ImapClient>;
  /** The same, by a connection of its own: for what holds it for long. */
  readonly openOwn: (signal: AbortSignal) => Promise<ImapClient>;
}

/** A client's options; on a pool, those that `mooredOptions` has made. */
interface DialledOptions extends ImapOptions {
  readonly isMoored?: true;
}

/**
 * The server that a request names, if its token may.
 * @throws HttpProblem 400, 403, 404; FairleadError `usage`, `policy`.
 */
export function imapTarget(c: RouteContext, action: ImapAction, connection?: string): ImapTarget {
  // Who may write may read.
  const target = resolveTarget(c, { action: action === 'read' ? ['read', 'write'] : 'write', connection });
  const { mailboxes, ...settings }: ConnectionSettings = connectionSettings(target, settingsSchema, 'IMAP');
  // The request's own signal is the limit of every call.
  const options = (signal: AbortSignal): DialledOptions => ({
    ...settings,
    signal,
    timeoutMs: Number.POSITIVE_INFINITY,
  });
  return {
    mailboxes,
    async open(signal) {
      const { isMoored, ...dialled } = await dialOptions(c, target, options(signal));
      if (!isMoored) return connect(target.url, dialled);
      return (await import('../../mooring/index.ts')).connectMoored(target.url, dialled);
    },
    openOwn: (signal) => connect(target.url, { ...options(signal), connector: connectorOf(c, target) }),
  };
}

/** Whether the caller wants a line for each item. */
export function wantsLines(c: RouteContext): boolean {
  return (c.req.header('Accept') ?? '').includes(NDJSON_TYPE);
}

/** Runs `use` with a client, and answers with what it returns, as JSON. */
export async function answerJson(
  c: RouteContext,
  { open }: ImapTarget,
  use: (imap: ImapClient, signal: AbortSignal) => Promise<unknown>,
): Promise<Response> {
  const text = jsonText(await withClient(c, open, use));
  return c.newResponse(text, 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' });
}
