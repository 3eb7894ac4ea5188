// What the FTP routes share: a request's connection with its root, its client, and words for the OpenAPI document.
import {
  connectionSettings,
  connectorOf,
  jsonText,
  problemResponses,
  type RequestLimit,
  type RouteContext,
  resolveAddress,
  resolveTarget,
  SECURITY_SCHEME,
  withClient,
} from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { connect } from '../../client/connect.ts';
import type { FtpClient } from '../../client/types.ts';
import { type ConnectionSettings, settingsSchema } from './settings.ts';

/** The media type of requests and answers in JSON. */
export const JSON_TYPE = 'application/json';

/** What all FTP routes have in the OpenAPI document. */
export const tagged = { security: [{ [SECURITY_SCHEME]: [] }], tags: ['ftp'] };

/** The problems that all FTP routes may answer with. */
export const problems: ReturnType<typeof problemResponses> = {
  ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
  503: { ...problemResponses()[503], description: 'The server asks to try again later' } as never,
};

/** What a request may do. */
export type FtpAction = 'read' | 'write';

/** A request's server. */
export interface FtpTarget {
  /** Where paths begin; undefined for the login directory. */
  readonly root: string | undefined;
  /** Connects and logs in; `signal` ends the connection. */
  readonly open: (signal: AbortSignal) => Promise<FtpClient>;
}

/**
 * The server that a request names, if its token may.
 * @throws HttpProblem 400, 403, 404; FairleadError `usage`, `policy`.
 */
export function ftpTarget(c: RouteContext, action: FtpAction, connection?: string): FtpTarget {
  const target = resolveTarget(c, { action: sufficient(action), connection });
  const { root, ...settings }: ConnectionSettings = connectionSettings(target, settingsSchema, 'FTP');
  const connector = target.name === undefined ? checkedConnector(c, action) : connectorOf(c, target);
  return {
    root,
    open: (signal) =>
      // The request's own signal is the limit of every call.
      connect(target.url, { ...settings, connector, signal, timeoutMs: Number.POSITIVE_INFINITY }),
  };
}

/** Who may write may read. */
function sufficient(action: FtpAction): FtpAction | readonly [FtpAction, FtpAction] {
  return action === 'read' ? ['read', 'write'] : 'write';
}

/**
 * For an address of the caller's own: each connection is checked as it is dialled, data connections as well. Their port is the
 * server's word, so the policy decides on it as on the caller's.
 */
function checkedConnector(c: RouteContext, action: FtpAction): Connector {
  return (address, options) => {
    const checked = resolveAddress(c, 'ftp', sufficient(action), address);
    return c.get('connector')(checked, options);
  };
}

/** Runs `use` with a client, and answers with what it returns, as JSON. */
export async function answerJson(
  c: RouteContext,
  { open }: FtpTarget,
  use: (ftp: FtpClient, signal: AbortSignal) => Promise<unknown>,
  limit?: RequestLimit,
): Promise<Response> {
  const result = await withClient(c, open, use, limit);
  return c.newResponse(jsonText(result), 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' });
}
