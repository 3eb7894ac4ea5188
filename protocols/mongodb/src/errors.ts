// MongoDB's errors as FairleadErrors: their codes, texts and `safeToRetry`. It throws none itself.
import { type ErrorCode, errorWith, FairleadError, isFairleadError, type Peer } from '@fairlead/errors';
import type { Document } from 'bson';

/** How much of a server's text a message repeats; all of it stands in `server.message`. */
const MAX_QUOTED = 2_000;

/** Server errors that are not `server`: by number, and whether the server did nothing by its meaning. */
const KINDS: Readonly<Record<number, readonly [code: ErrorCode, didNothing: boolean]>> = {
  /** Unauthorized, UserNotFound, AuthenticationFailed, MechanismUnavailable, ReauthenticationRequired. */
  13: ['auth', true],
  11: ['auth', true],
  18: ['auth', true],
  334: ['auth', true],
  391: ['auth', true],
  /** MaxTimeMSExpired, ExceededTimeLimit. */
  50: ['timeout', false],
  262: ['timeout', false],
  /** NotWritablePrimary, NotPrimaryNoSecondaryOk: it is the wrong server. */
  10107: ['server', true],
  13435: ['server', true],
  /** BSONObjectTooLarge. */
  10334: ['limit', false],
};

/** The `code` of a FairleadError for a server's error number: `auth`, `timeout`, `limit`, else `server`. */
export function kindOf(code: number): ErrorCode {
  return KINDS[code]?.[0] ?? 'server';
}

/** Whether a reply says that the command was done: `ok` comes as int32, double, int64 or boolean. */
export function isOk({ ok }: Document): boolean {
  return ok === true || (typeof ok !== 'object' && Number(ok) === 1);
}

/**
 * The error of a reply with `ok: 0`. `server.code` is the error's number, `server.message` the server's text, `server.fields` its
 * `codeName` and its `errorLabels`, separated by commas.
 */
export function serverError(reply: Document, peer: Peer | undefined): FairleadError {
  const [kind, safeToRetry] = KINDS[numberOf(reply.code)] ?? ['server', false];
  return errorOf(kind, safeToRetry, reply, peer, reply.errorLabels);
}

/** The error of a write that was done, and not confirmed as its write concern asks. @param labels Those of the whole reply. */
export function concernError(concern: Document, peer: Peer | undefined, labels: unknown): FairleadError {
  return errorOf(kindOf(numberOf(concern.code)), false, concern, peer, labels);
}

function errorOf(
  kind: ErrorCode,
  safeToRetry: boolean,
  reply: Document,
  peer: Peer | undefined,
  labels: unknown,
): FairleadError {
  const text = textOf(reply.errmsg ?? reply.$err) || 'an error without a text';
  return new FairleadError(kind, `MongoDB answered: ${quoted(text)}`, {
    blame: 'peer',
    peer,
    safeToRetry,
    server: { code: String(numberOf(reply.code)), message: text, fields: fieldsOf(reply, labels) },
  });
}

function fieldsOf({ codeName }: Document, labels: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (typeof codeName === 'string') fields.codeName = codeName;
  if (Array.isArray(labels) && labels.length > 0) {
    fields.errorLabels = labels.filter((label) => typeof label === 'string').join(',');
  }
  return fields;
}

/** A text of a reply; empty where it is none: a document may not even be made into one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number of a reply, whichever of BSON's kinds it is; 0 where it is none. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'object' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : 0;
}

function quoted(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
}

/** The server's error number, such as 11000 for DuplicateKey; `undefined` for an error that is not the server's. */
export function serverCodeOf(error: unknown): number | undefined {
  return isFairleadError(error) && error.server !== undefined ? Number(error.server.code) : undefined;
}

/** Labels of this client: the server's stand in `server.fields`. */
const ownLabels = /* @__PURE__ */ new WeakMap<object, string[]>();

/** Puts a label of this client on an error. */
export function addErrorLabel(error: FairleadError, label: string): void {
  const labels = ownLabels.get(error);
  if (labels === undefined) ownLabels.set(error, [label]);
  else labels.push(label);
}

/**
 * Whether the server (or the client) has put a label on the error, such as `TransientTransactionError`.
 * @example
 * ```ts
 * import { hasErrorLabel } from '@fairlead/mongodb';
 *
 * hasErrorLabel(new Error('no label at all'), 'TransientTransactionError'); // false
 * ```
 */
export function hasErrorLabel(error: unknown, label: string): boolean {
  if (!isFairleadError(error)) return false;
  if (ownLabels.get(error)?.includes(label)) return true;
  return error.server?.fields?.errorLabels?.split(',').includes(label) ?? false;
}

/** A breach of MongoDB's protocol by the server. @param what Continues "MongoDB protocol: ". */
export function protocolError(what: string, cause?: unknown): FairleadError {
  return new FairleadError('protocol', `MongoDB protocol: ${what}`, { cause });
}

/** The error of what cannot be sent: nothing was. @param what A whole sentence. */
export function cannotSend(code: 'usage' | 'limit', what: string, cause?: unknown): FairleadError {
  return new FairleadError(code, what, { blame: 'local', cause, safeToRetry: true });
}

/** Whatever was thrown, as a FairleadError. */
export function asFairlead(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connection_lost', 'The connection to MongoDB failed', { cause: error });
}

/** The error of a call of several commands, of which earlier ones have left already: it cannot be done again as if nothing had happened. */
export function afterOthers(error: unknown): unknown {
  return isFairleadError(error) && error.safeToRetry ? errorWith(error, { safeToRetry: false }) : error;
}

/** The error of a command on a connection that has ended, or was closed, before it: nothing was sent. */
export function commandRefused(reason: FairleadError, peer: Peer): FairleadError {
  const { code, message, server } = reason;
  const isClosed = code === 'closed';
  return new FairleadError(
    isClosed ? 'closed' : 'connection_lost',
    isClosed ? message : `The connection has ended: ${message}`,
    { peer, cause: reason, server, safeToRetry: true },
  );
}
