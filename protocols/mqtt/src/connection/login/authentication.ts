// Enhanced authentication (section 4.12): what answers the broker's challenges, and how long the callback may take.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { isFairleadError, type Peer } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { connectionError, loginAborted, PROTOCOL_ERROR, protocolError } from '../../errors.ts';
import type { Settings } from '../../options/options.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';
import type { Properties } from '../../wire/packets.ts';

/** The reason code of an AUTH packet that goes on (section 3.15.2.1). */
export const CONTINUE_AUTHENTICATION = 0x18;

/**
 * The properties of the AUTH packet that answers the one in the decoder; `undefined` where it needs no answer.
 * @param limit The limit of connecting; `undefined` on a connection that was accepted.
 */
export async function answerAuth(
  { reasonCode, properties }: Decoder,
  { authentication }: Settings,
  limit: CallLimit | undefined,
  peer: Peer,
): Promise<Properties | undefined> {
  if (authentication === undefined || properties.authenticationMethod !== authentication.method) {
    throw protocolError(PROTOCOL_ERROR, 'an AUTH that was not asked for, or of another method');
  }
  if (reasonCode !== CONTINUE_AUTHENTICATION) return undefined;
  const authenticationData = await respondTo(properties.authenticationData, authentication, limit, peer);
  return { authenticationMethod: authentication.method, authenticationData };
}

/** The answer of the callback to one challenge. @throws FairleadError `usage`, `connect_timeout`, `aborted`, `auth`, or the callback's own. */
export async function respondTo(
  challenge: Uint8Array | undefined,
  authentication: Settings['authentication'],
  limit: CallLimit | undefined,
  peer: Peer,
): Promise<Uint8Array | undefined> {
  // A callback that throws at once counts as one whose promise rejects.
  const answering = (async () => authentication?.respond(challenge))();
  const timeoutMs = limit === undefined ? Number.POSITIVE_INFINITY : remainingMs(limit);
  const outcome = await bounded(answering, timeoutMs, limit?.signal);
  if (outcome.kind === 'done') {
    if (outcome.value === undefined || outcome.value instanceof Uint8Array) return outcome.value;
    throw connectionError(peer, 'usage', 'authentication.respond must return a Uint8Array or undefined');
  }
  if (outcome.kind === 'aborted') throw loginAborted(limit?.signal);
  if (outcome.kind !== 'failed') {
    throw connectionError(peer, 'connect_timeout', 'authentication.respond did not answer in time');
  }
  if (isFairleadError(outcome.error)) throw outcome.error;
  throw connectionError(peer, 'auth', 'authentication.respond failed', outcome.error);
}
