// Shows what a mail server offers, with TLS where it offers that. It does not log in, and sends no mail.
import { open } from './connection/open.ts';
import { resolveOptions, type SmtpOptions, type TlsMode } from './options/connect-options.ts';
import type { Capabilities } from './types.ts';
import { encodeLines } from './wire/encode.ts';

/** What a mail server offers. */
export interface ProbeResult {
  /** The text of its greeting. */
  readonly greeting: string;
  /** How TLS began, with a verified certificate: `true` for the first byte; `false` where the server offers no TLS. */
  readonly tls: TlsMode;
  /** The server's answer to EHLO; inside TLS, where there is TLS. */
  readonly capabilities: Capabilities;
}

/**
 * Connects, sends EHLO, turns TLS on where it is offered, and quits. Credentials are not used.
 * @param target `smtp[s]://host:port`, or options.
 * @throws FairleadError as `connect`, except `auth`; a server without STARTTLS is not an error here.
 * @example
 * ```ts
 * import { probe } from '@fairlead/smtp';
 *
 * const { tls, capabilities } = await probe('smtp://mail.example.com');
 * capabilities.auth; // ['PLAIN', 'LOGIN']
 * ```
 */
export async function probe(target: string | URL | SmtpOptions, options?: SmtpOptions): Promise<ProbeResult> {
  const { username, password, accessToken, ...settings } = resolveOptions(target, options);
  const offered = settings.tls === 'starttls' ? 'offered' : 'never';
  const { connection, server } = await open(settings, offered);
  const { tls } = connection.transport.peer;
  await connection.close(encodeLines(['QUIT']));
  const { greeting, capabilities } = server;
  return { greeting, capabilities, tls: tls && settings.tls };
}
