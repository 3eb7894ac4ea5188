// Sends one mail by one call: composes it, connects, sends it, and closes the connection.
import { checkSignal, withAttemptSignal } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { cancelBody, openBody } from '../body.ts';
import { connect } from '../client.ts';
import type { SmtpOptions } from '../options/connect-options.ts';
import { type ComposeOptions, compose, type MailResult } from './compose.ts';
import type { Mail } from './mail.ts';

/** Options of `send`: those of `connect`, and those of `compose`. */
export interface SendOptions extends SmtpOptions, ComposeOptions {}

/**
 * Sends one mail over a connection of its own. For several mails, `connect` once and call `sendMail` for each.
 *
 * The mail is composed before the server is dialled, so a mistake in it costs no connection. `signal` aborts at any
 * moment. `connectTimeoutMs` is the limit of connecting and logging in, `timeoutMs` the limit of sending.
 * @param target `smtp[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError as `compose`, `connect` and `SmtpClient.sendRaw`. `safeToRetry` is false only where the server
 *   may have accepted the mail and its answer is missing.
 * @example
 * ```ts
 * import { send } from '@fairlead/smtp/mime';
 *
 * const { accepted, rejected, messageId } = await send(
 *   { from: 'Shop <shop@example.com>', to: 'a@example.net', subject: 'Your order', text: 'Thank you.' },
 *   { hostname: 'mail.example.com', username: 'app', password: env.SMTP_PASSWORD },
 * );
 * ```
 */
export async function send(
  mail: Mail,
  target: string | URL | SendOptions,
  options: SendOptions = {},
): Promise<MailResult> {
  if (typeof options !== 'object' || options === null) throw usage('The options of send are an object');
  const isUrl = typeof target === 'string' || target instanceof URL;
  const { sign, signal } = { ...(isUrl ? undefined : target), ...options };
  checkSignal(signal);
  const { envelope, body, messageId } = await compose(mail, { sign });
  const dial = (attempt: AbortSignal | undefined) => connect(target, { ...options, signal: attempt });
  const smtp = await withAttemptSignal(signal, dial).catch((error: unknown) => {
    cancelBody(openBody(body));
    throw error;
  });
  try {
    return { ...(await smtp.sendRaw(envelope, body, { signal })), messageId };
  } finally {
    await smtp.close();
  }
}
