// The steps of a login as documents: what is sent, what an answer holds. The mechanism's own messages come from @fairlead/sasl.
import { errorWith } from '@fairlead/errors';
import { Binary, type Document } from 'bson';
import { isOk, protocolError, serverCodeOf, serverError } from '../../errors.ts';
import type { LoginSettings } from '../../options/login-settings.ts';
import type { AuthMechanism } from '../../types/option-values.ts';
import { apiFields } from './hello.ts';

/** RFC 5802 lets servers ask for fewer; MongoDB's drivers refuse that, since a false server could learn the password. */
const MIN_ITERATIONS = 4096;

/** The mechanism of a login that names none, before the server has said what it has. */
export const DEFAULT_MECHANISM: AuthMechanism = 'SCRAM-SHA-256';

/**
 * The mechanism of a login that names none.
 * @param offered As the server's hello lists them for the user.
 */
export function chooseMechanism(offered: readonly unknown[] | undefined): AuthMechanism {
  return offered === undefined || offered.includes(DEFAULT_MECHANISM) ? DEFAULT_MECHANISM : 'SCRAM-SHA-1';
}

/** The first step. It becomes a command by `asCommand`, or a part of hello. */
export function saslStart(mechanism: AuthMechanism, payload: Uint8Array): Document {
  return {
    saslStart: 1,
    mechanism,
    payload: new Binary(payload),
    // Without it the server wants one more message, which says nothing.
    ...(mechanism === 'PLAIN' ? {} : { options: { skipEmptyExchange: true } }),
  };
}

/** The only step of a login by certificate. It becomes a command by `asCommand`, or a part of hello. */
export function authenticateByCertificate({ credentials }: LoginSettings): Document {
  const user = credentials?.username;
  return { authenticate: 1, mechanism: 'MONGODB-X509', ...(user ? { user } : {}) };
}

/**
 * Checks the answer to it.
 * @throws FairleadError `auth` or `server`.
 */
export function checkAuthenticated(reply: Document): void {
  if (!isOk(reply)) throw refusedLogin(reply);
}

/** The answer to a challenge. */
export function saslContinue({ conversationId }: Document, payload: Uint8Array): Document {
  return { saslContinue: 1, conversationId, payload: new Binary(payload) };
}

/** A step as a command of its own. */
export function asCommand(step: Document, settings: LoginSettings): Document {
  return { ...step, ...apiFields(settings), $db: settings.credentials?.source ?? 'admin' };
}

/** What the server says in a step. */
export interface Challenge {
  readonly payload: Uint8Array;
  /** Whether the server regards the login as complete. */
  readonly isDone: boolean;
}

/**
 * Reads the answer to a step.
 * @throws FairleadError `auth` or `server` for a refusal, `protocol`.
 */
export function readStep(reply: Document): Challenge {
  if (!isOk(reply)) throw refusedLogin(reply);
  return readChallenge(reply);
}

/** Reads a step that came within hello's answer, which has no `ok` of its own. */
export function readChallenge({ payload, done }: Document): Challenge {
  if (!(payload instanceof Binary)) throw protocolError('a step of the login has no payload');
  return { payload: payload.value(), isDone: done === true };
}

/** AtlasError: "bad auth", among others. */
const ATLAS_ERROR = 8000;

function refusedLogin(reply: Document): Error {
  const error = serverError(reply, undefined);
  return serverCodeOf(error) === ATLAS_ERROR ? errorWith(error, { code: 'auth' }) : error;
}

/** @throws FairleadError `protocol` where SCRAM's server asks for so few iterations that it could find the password. */
export function checkIterations(challenge: Uint8Array): void {
  const iterations = /(?:^|,)i=(\d+)/.exec(new TextDecoder().decode(challenge))?.[1];
  if (iterations !== undefined && Number(iterations) < MIN_ITERATIONS) {
    throw protocolError(
      `the server asks for ${iterations} iterations of SCRAM; at least ${MIN_ITERATIONS} are safe`,
    );
  }
}
