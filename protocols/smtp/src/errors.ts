// SMTP's errors as FairleadErrors: their codes, texts and `safeToRetry`. It throws none itself.
import { type ErrorCode, FairleadError, type ServerWords } from '@fairlead/errors';
import type { Rejection, Reply } from './types.ts';

/** The reply's text in one line, without the enhanced code, which may stand at the start of each line. */
export function textOf({ lines, enhanced }: Reply): string {
  const shown = enhanced === undefined ? lines : lines.map((line) => withoutCode(line, enhanced));
  return shown.join(' ').trim();
}

function withoutCode(line: string, enhanced: string): string {
  return line.startsWith(enhanced) ? line.slice(enhanced.length).trimStart() : line;
}

/** The reply for `error.server`: `code` is the enhanced code where there is one, else the reply code. */
export function wordsOf(reply: Reply): ServerWords {
  const code = String(reply.code);
  return { code: reply.enhanced ?? code, message: textOf(reply), fields: { reply: code } };
}

/**
 * The error of a reply from 400 to 599.
 * @param what The refused thing, as `the sender`.
 * @param code Default `server`.
 */
export function refusal(what: string, reply: Reply, code: ErrorCode = 'server'): FairleadError {
  const shown = replyText(reply.code, reply.enhanced, textOf(reply)).slice(0, 500);
  return new FairleadError(code, `The server refused ${what}: ${shown}`, {
    server: wordsOf(reply),
    safeToRetry: true,
  });
}

/** The error of a message whose recipients were all refused. */
export function allRejected(rejected: readonly Rejection[]): FairleadError {
  const [first] = rejected;
  const reply = String(first?.code);
  const code = first?.enhanced ?? reply;
  const message = first?.message ?? '';
  const replies = rejected.map(
    (one) => [one.address, replyText(one.code, one.enhanced, one.message)] as const,
  );
  return new FairleadError('server', `The server refused every recipient; the first: ${code} ${message}`, {
    server: { code, message, fields: { reply, ...Object.fromEntries(replies) } },
    safeToRetry: true,
  });
}

function replyText(code: number, enhanced: string | undefined, text: string): string {
  return `${code}${enhanced ? ` ${enhanced}` : ''} ${text}`;
}

/** A message or an envelope that is over a limit, before its end was sent. */
export function limitError(message: string): FairleadError {
  return new FairleadError('limit', message, { safeToRetry: true });
}

/** TLS that could not be turned on by STARTTLS, before anything was sent in clear. */
export function tlsFailed(message: string): FairleadError {
  return new FairleadError('tls_failed', message, { safeToRetry: true });
}

/** A breach of SMTP by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `SMTP: ${message}`, { safeToRetry: true });
}
