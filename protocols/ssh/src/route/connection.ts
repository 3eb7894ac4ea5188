// What the routes of SSH and SFTP share: a target's settings, its host key, and opening its client.
import { remainingMs } from '@fairlead/client';
import {
  connectionSettings,
  connectorOf,
  dialOptions,
  HttpProblem,
  type Open,
  problemResponses,
  type RouteContext,
  SECURITY_SCHEME,
  singleHeader,
  type Target,
} from '@fairlead/http';
import type { SshOptions } from '../options/connect-options.ts';
import type { SshClient } from '../types.ts';
import { type ConnectionSettings, FINGERPRINT, settingsSchema } from './settings.ts';

/** The fingerprint of the host key of a server of the caller's own. */
const HOST_KEY_HEADER = 'Fairlead-Host-Key';

/** The media type of requests and answers in JSON. */
export const JSON_TYPE = 'application/json';

/** The longest that dial, key exchange and login may take together. */
const CONNECT_TIMEOUT_MS = 20_000;

/** A client's options; on a pool, those that its `mooredOptions` has made. */
interface DialledOptions extends SshOptions {
  readonly isMoored?: true;
}

/** Opens a client. */
export type Connect = (url: string, options: DialledOptions) => Promise<SshClient>;

/** `connect` of this package, on a pool that of its mooring. */
export const connectSsh: Connect = async (url, { isMoored, ...options }) => {
  if (isMoored) return (await import('../mooring/index.ts')).connectMoored(url, options);
  return (await import('../client.ts')).connect(url, options);
};

/** A header that a route reads, in the OpenAPI document. */
export function headerParameter(name: string, description: string) {
  return { name, in: 'header' as const, required: false, description, schema: { type: 'string' as const } };
}

/** What all routes have in the OpenAPI document. */
export const secured = {
  security: [{ [SECURITY_SCHEME]: [] }],
  parameters: [
    headerParameter(
      HOST_KEY_HEADER,
      'The fingerprint of the host key, `SHA256:...`: needed with `Fairlead-Url`.',
    ),
  ],
};

/** The problems that all routes may answer with. */
export const problems: ReturnType<typeof problemResponses> = problemResponses([
  'server',
  'auth',
  'policy',
  'protocol',
  'connection_lost',
  'connect_timeout',
]);

/**
 * The settings of a target. Of a server of the caller's own they are the fingerprint in `Fairlead-Host-Key`.
 * @throws FairleadError `usage` for settings that SSH does not have; HttpProblem 400 for a header that is missing, malformed or
 *   stands beside a named connection.
 */
export function settingsOf(c: RouteContext, target: Target): ConnectionSettings {
  const fingerprint = singleHeader(c, HOST_KEY_HEADER);
  if (target.name !== undefined) {
    if (fingerprint === undefined) return connectionSettings(target, settingsSchema, 'SSH');
    throw new HttpProblem(
      'invalid',
      `A named connection has a host key of its own: leave ${HOST_KEY_HEADER} out.`,
    );
  }
  if (fingerprint !== undefined && FINGERPRINT.test(fingerprint)) return { fingerprint };
  const what =
    fingerprint === undefined ? 'A server of your own needs its host key' : 'The host key is malformed';
  throw new HttpProblem('invalid', `${what}: ${HOST_KEY_HEADER}: SHA256:... as ssh-keygen -l shows it.`);
}

/** The entry's members that are the client's. */
export function clientOptions({
  commands: _commands,
  names: _names,
  root: _root,
  ...options
}: ConnectionSettings): SshOptions {
  return options;
}

/** Opens the target's client within a request, on its pool where it has one. */
export function opener(
  c: RouteContext,
  target: Target,
  settings: ConnectionSettings,
  connect: Connect,
): Open<SshClient> {
  return openerBy(settings, target, connect, (options) => dialOptions(c, target, options));
}

/** As `opener`, on a connection of the request's own: for what would hold a pool's for long. */
export function ownOpener(
  c: RouteContext,
  target: Target,
  settings: ConnectionSettings,
  connect: Connect,
): Open<SshClient> {
  return openerBy(settings, target, connect, async (options) => ({
    ...options,
    connector: connectorOf(c, target),
  }));
}

function openerBy(
  settings: ConnectionSettings,
  { url }: Target,
  connect: Connect,
  dial: (options: SshOptions) => Promise<DialledOptions>,
): Open<SshClient> {
  return async (signal, limit) => {
    const connectTimeoutMs = Math.min(CONNECT_TIMEOUT_MS, remainingMs(limit));
    return connect(url, await dial({ ...clientOptions(settings), signal, connectTimeoutMs }));
  };
}
