// A look at a mail server: what it is and can do, with TLS where it offers that. It logs in nowhere, and sends no mail.

import { open } from './connection/open.ts';
import { resolveOptions, type SmtpOptions } from './options/connect-options.ts';
import type { Capabilities } from './types.ts';
import { encodeLines } from './wire/encode.ts';

/** What a look at a server has shown. */
export interface ProbeResult {
  /** The text of its greeting. */
  readonly greeting: string;
  /** How TLS began, with a verified certificate; `none` where the server offers none. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** As told inside TLS, where there is TLS. */
  readonly capabilities: Capabilities;
}

/**
 * Connects, says EHLO, turns TLS on where it is offered, and leaves. Credentials are not used.
 * @param target `smtp[s]://host:port`, or options.
 * @throws FairleadError as `connect`, but for `auth`; a server without STARTTLS is not an error here.
 */
export async function probe(target: string | URL | SmtpOptions, options?: SmtpOptions): Promise<ProbeResult> {
  const { username, password, accessToken, ...settings } = resolveOptions(target, options);
  const offered = settings.tls === 'starttls' ? 'offered' : 'never';
  const { connection, server } = await open(settings, offered);
  const { tls } = connection.transport.peer;
  await connection.close(encodeLines(['QUIT']));
  const { greeting, capabilities } = server;
  return { greeting, capabilities, tls: tls && settings.tls !== 'none' ? settings.tls : 'none' };
}
