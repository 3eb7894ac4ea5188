// The client's side of SCRAM (RFC 5802, RFC 7677). It refuses a server that does not extend the client's nonce, asks for
// too many iterations, or does not prove that it knows the password.
import { concat, decodeUtf8, equalBytes, fromBase64, toBase64 } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { ChannelBinding } from '../channel-binding.ts';
import { type Credentials, type Mechanism, outOfTurn, passwordOf, utf8 } from '../mechanism.ts';
import { saslPrep } from './saslprep.ts';
import { hmac, type ScramHash, scramKeys } from './scram-keys.ts';

/** The most PBKDF2 iterations that workerd computes; servers ask for 4,096 to some 30,000. */
const MAX_ITERATIONS = 100_000;
/** Random bytes of a nonce. */
const NONCE_BYTES = 18;

/** Options of `scram`. */
export interface ScramOptions {
  /** Random, printable, without a comma. Default: 18 random bytes in base64. */
  readonly nonce?: string | undefined;
  /** Whether the name is sent as it is, without SASLprep: MongoDB's servers prepare no names. Default false. */
  readonly keepsName?: boolean | undefined;
  /**
   * Binds the login to its TLS connection, which makes it `-PLUS`. `'not-offered'`: this side could have bound it and the
   * server listed no `-PLUS`; a server that did is then told that its list was changed on the way (RFC 5802 section 6).
   * Default: no binding.
   */
  readonly channelBinding?: ChannelBinding | 'not-offered' | undefined;
}

/**
 * SCRAM-SHA-1 or SCRAM-SHA-256, or with a channel binding SCRAM-SHA-1-PLUS or SCRAM-SHA-256-PLUS.
 * @param options Or a nonce alone.
 * @throws FairleadError `usage` without a password, or for a NUL.
 */
export function scram(
  hash: ScramHash,
  credentials: Credentials,
  options: ScramOptions | string = {},
): Mechanism {
  return new Scram(hash, credentials, typeof options === 'string' ? { nonce: options } : options);
}

function randomNonce(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}

class Scram implements Mechanism {
  readonly name: string;
  readonly cleartext: boolean = false;
  readonly #hash: ScramHash;
  readonly #password: string;
  readonly #nonce: string;
  /** The GS2 header (RFC 5802 section 7): the channel binding's name, and the authorization identity if there is one. */
  readonly #header: string;
  /** The channel binding's data; empty without one. */
  readonly #bound: Uint8Array;
  readonly #firstBare: string;
  #state: 'first' | 'challenged' | 'verified' = 'first';
  #signature: Uint8Array | undefined;

  constructor(
    hash: ScramHash,
    credentials: Credentials,
    { nonce = randomNonce(), keepsName = false, channelBinding }: ScramOptions,
  ) {
    const binding = channelBinding === 'not-offered' ? undefined : channelBinding;
    this.name = `SCRAM-${hash}${binding ? '-PLUS' : ''}`;
    this.#bound = binding?.data ?? new Uint8Array(0);
    this.#hash = hash;
    this.#password = saslPrep(passwordOf(credentials));
    this.#nonce = nonce;
    const { authorizationIdentity, username } = credentials;
    const flag = binding ? `p=${binding.type}` : channelBinding === undefined ? 'n' : 'y';
    this.#header = `${flag},${authorizationIdentity ? `a=${escapeName(authorizationIdentity)}` : ''},`;
    this.#firstBare = `n=${escapeName(keepsName ? username : saslPrep(username))},r=${nonce}`;
  }

  initial(): Uint8Array {
    return utf8(this.#header + this.#firstBare);
  }

  async respond(challenge: Uint8Array): Promise<Uint8Array> {
    const message = decodeUtf8(challenge);
    if (message === undefined) throw broken('the server sent a message that is not UTF-8');
    if (this.#state === 'first') {
      this.#state = 'challenged';
      return utf8(await this.#prove(message));
    }
    // Where the protocol has no place for it in the success, the server's signature is a challenge of its own.
    if (this.#state === 'verified') throw outOfTurn(this.name);
    this.#verify(message);
    return new Uint8Array(0);
  }

  finish(additional?: Uint8Array): void {
    if (additional !== undefined && additional.length > 0 && this.#state !== 'verified') {
      this.#verify(decodeUtf8(additional) ?? '');
    }
    if (this.#state !== 'verified') throw broken('the server did not prove that it knows the password');
  }

  async #prove(serverFirst: string): Promise<string> {
    const { nonce, salt, iterations } = readChallenge(serverFirst, this.#nonce);
    const { clientKey, storedKey, serverKey } = await scramKeys(this.#hash, this.#password, salt, iterations);
    const withoutProof = `c=${toBase64(concat([utf8(this.#header), this.#bound]))},r=${nonce}`;
    const signed = new Uint8Array(utf8(`${this.#firstBare},${serverFirst},${withoutProof}`));
    const signature = await hmac(storedKey, signed);
    this.#signature = await hmac(serverKey, signed);
    const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
    return `${withoutProof},p=${toBase64(proof)}`;
  }

  #verify(serverFinal: string): void {
    const final = attributes(serverFinal);
    const error = final.get('e');
    if (error !== undefined) throw broken(`the server answered "${error.slice(0, 100)}"`);
    const signature = fromBase64(final.get('v') ?? '');
    if (this.#signature === undefined || signature === undefined || !equalBytes(signature, this.#signature)) {
      throw broken('the server did not prove that it knows the password (its signature does not match)');
    }
    this.#state = 'verified';
  }
}

function broken(what: string): FairleadError {
  return new FairleadError(
    'auth',
    `SCRAM authentication failed: ${what}. Nothing more was sent to the server.`,
  );
}

function readChallenge(
  serverFirst: string,
  clientNonce: string,
): { nonce: string; salt: Uint8Array<ArrayBuffer>; iterations: number } {
  const challenge = attributes(serverFirst);
  const nonce = challenge.get('r') ?? '';
  const salt = fromBase64(challenge.get('s') ?? '');
  const iterations = challenge.get('i') ?? '';
  if (challenge.has('m')) throw broken('the server demands an extension that this client does not have');
  if (!nonce.startsWith(clientNonce) || nonce.length <= clientNonce.length) {
    throw broken("the server's nonce does not extend the client's");
  }
  if (salt === undefined || salt.length === 0 || !/^[1-9][0-9]{0,9}$/.test(iterations)) {
    throw broken("the server's challenge is malformed");
  }
  if (Number(iterations) > MAX_ITERATIONS) {
    throw broken(
      `the server asks for ${iterations} PBKDF2 iterations and the runtime computes at most ${MAX_ITERATIONS}; ` +
        'let the server use fewer and store the password again',
    );
  }
  return { nonce, salt, iterations: Number(iterations) };
}

function attributes(message: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of message.split(',')) found.set(part.slice(0, 1), part.slice(2));
  return found;
}

function escapeName(name: string): string {
  return name.replace(/[=,]/g, (character) => (character === '=' ? '=3D' : '=2C'));
}
