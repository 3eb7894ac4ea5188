// The error that a reply stands for, with what the retry rules add to it.
import type { FairleadError, Peer } from '@fairlead/errors';
import type { Document } from 'bson';
import { concernError, isOk, serverError, textOf } from '../errors.ts';

/** IllegalOperation: of storage engines without retryable writes. */
const ILLEGAL_OPERATION = 20;

/** What a write's reply says of its write concern, where that failed. */
export function concernErrorOf({ writeConcernError }: Document): Document | undefined {
  return typeof writeConcernError === 'object' && writeConcernError !== null ? writeConcernError : undefined;
}

/** The error of a reply with `ok: 0`, or of its `writeConcernError`, with the reply's labels. */
export function replyError(reply: Document, peer: Peer | undefined): FairleadError {
  if (isOk(reply)) return concernError(concernErrorOf(reply) ?? reply, peer, reply.errorLabels);
  const { code, errmsg } = reply;
  if (code !== ILLEGAL_OPERATION || !textOf(errmsg).startsWith('Transaction numbers')) {
    return serverError(reply, peer);
  }
  return serverError({ ...reply, errmsg: `${errmsg} (this deployment needs retryWrites: false)` }, peer);
}
