// The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677). It refuses a server that does not extend the client's
// nonce, asks for too many iterations, or cannot prove that it knows the password too.
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { FairleadError } from '@fairlead/errors';
import { saslPrep } from './saslprep.ts';

/** The one mechanism that is spoken. `-PLUS` needs the server's certificate, which no runtime here hands out. */
export const SCRAM_SHA_256 = 'SCRAM-SHA-256';

/** workerd computes no more PBKDF2 iterations than these; Postgres's default is 4,096. */
const MAX_SCRAM_ITERATIONS = 100_000;

/** "n,,": no channel binding, no authorization identity (RFC 5802, section 7). */
const GS2_HEADER = 'n,,';
const GS2_HEADER_BASE64 = 'biws';

function broken(what: string): FairleadError {
  return new FairleadError(
    'auth',
    `SCRAM authentication failed: ${what}. Nothing more was sent to the server.`,
  );
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

function attributes(message: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of message.split(',')) found.set(part.slice(0, 1), part.slice(2));
  return found;
}

/** The client's first message. Postgres takes the user from the start-up message, so the name here is empty. */
export function clientFirst(clientNonce: string): string {
  return `${GS2_HEADER}n=,r=${clientNonce}`;
}

/** What the client answers to the server's first message, and what the server has to answer in turn. */
export interface ClientFinal {
  readonly message: string;
  /** The signature that proves that the server knows the password too. */
  readonly serverSignature: Uint8Array;
}

/**
 * The client's proof for the server's challenge.
 * @throws FairleadError `auth` when the challenge is malformed, its nonce does not extend the client's, or it asks
 *   for more than 100,000 iterations.
 */
export function clientFinal(clientNonce: string, password: string, serverFirst: string): ClientFinal {
  const challenge = attributes(serverFirst);
  const nonce = challenge.get('r') ?? '';
  const salt = challenge.get('s') ?? '';
  const iterations = challenge.get('i') ?? '';
  if (challenge.has('m')) throw broken('the server demands an extension that is not known');
  if (!nonce.startsWith(clientNonce) || nonce.length <= clientNonce.length) {
    throw broken("the server's nonce does not extend the client's");
  }
  if (salt === '' || !/^[1-9][0-9]{0,9}$/.test(iterations))
    throw broken("the server's challenge is malformed");
  if (Number(iterations) > MAX_SCRAM_ITERATIONS) {
    throw broken(
      `the server asks for ${iterations} PBKDF2 iterations and the runtime computes at most ${MAX_SCRAM_ITERATIONS}; ` +
        'set scram_iterations to less on the server and store the password again',
    );
  }
  const salted = pbkdf2Sync(
    saslPrep(password),
    Buffer.from(salt, 'base64'),
    Number(iterations),
    32,
    'sha256',
  );
  const withoutProof = `c=${GS2_HEADER_BASE64},r=${nonce}`;
  const signed = `n=,r=${clientNonce},${serverFirst},${withoutProof}`;
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
  const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
  return {
    message: `${withoutProof},p=${Buffer.from(proof).toString('base64')}`,
    serverSignature: hmac(hmac(salted, 'Server Key'), signed),
  };
}

/**
 * Checks the server's last message against the signature that it must carry.
 * @throws FairleadError `auth` when it does not match, or says that the server gave up.
 */
export function verifyServerFinal(message: string, expected: Uint8Array): void {
  const final = attributes(message);
  const error = final.get('e');
  if (error !== undefined) throw broken(`the server answered "${error.slice(0, 100)}"`);
  const signature = Buffer.from(final.get('v') ?? '', 'base64');
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw broken('the server does not know the password either (its signature does not match)');
  }
}
