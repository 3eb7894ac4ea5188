// The server's side of SCRAM: the engine checks SHA-256, the gateway itself SHA-1, which the engine has not.
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Binary, type Document } from 'bson';
import { CommandError } from './errors.ts';

/** The users' passwords, for SCRAM-SHA-1. */
const PASSWORDS: Readonly<Record<string, string>> = { app: 'app-password' };
const SHA1_ITERATIONS = 10_000;

/** The mechanisms. */
export const MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256'];

function refused(): CommandError {
  return new CommandError(18, 'AuthenticationFailed', 'Authentication failed.');
}

/** Who knows the users' keys of SCRAM-SHA-256. */
export interface ScramKeys {
  /** `{ ok: 1, iterations, salt }`, the salt in base64; another `ok` for a user who is not there. */
  saltOf(user: string): Promise<Document>;
  /** `{ ok: 1, ServerSignature }`; another `ok` for a proof that is wrong. */
  authenticate(user: string, authMessage: string, proof: string): Promise<Document>;
}

/** What proves to one mechanism who somebody is. */
interface Checker {
  readonly salt: string;
  readonly iterations: number;
  /** @returns The server's signature, or undefined for a proof that is wrong. */
  check(authMessage: string, proof: string): Promise<string | undefined>;
}

async function sha256Checker(keys: ScramKeys, user: string): Promise<Checker> {
  const { ok, salt, iterations } = await keys.saltOf(user);
  if (ok !== 1 || typeof salt !== 'string') throw refused();
  return {
    salt,
    iterations: Number(iterations),
    async check(authMessage, proof) {
      const answer = await keys.authenticate(user, authMessage, proof);
      return answer.ok === 1 ? String(answer.ServerSignature) : undefined;
    },
  };
}

const sha1 = (data: Buffer): Buffer => createHash('sha1').update(data).digest();
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha1', key).update(text).digest();

/** The key of each user is made once. */
const saltedKeys = new Map<string, { readonly salt: Buffer; readonly key: Buffer }>();

function saltedKey(user: string): { readonly salt: Buffer; readonly key: Buffer } {
  const known = saltedKeys.get(user);
  if (known) return known;
  const password = PASSWORDS[user];
  if (password === undefined) throw refused();
  const digest = createHash('md5').update(`${user}:mongo:${password}`).digest('hex');
  const salt = randomBytes(16);
  const made = { salt, key: pbkdf2Sync(digest, salt, SHA1_ITERATIONS, 20, 'sha1') };
  saltedKeys.set(user, made);
  return made;
}

function sha1Checker(user: string): Checker {
  const { salt, key } = saltedKey(user);
  return {
    salt: salt.toString('base64'),
    iterations: SHA1_ITERATIONS,
    async check(authMessage, proof) {
      const storedKey = sha1(hmac(key, 'Client Key'));
      const signature = hmac(storedKey, authMessage);
      const given = Buffer.from(proof, 'base64');
      if (given.length !== signature.length) return undefined;
      const clientKey = given.map((byte: number, index: number) => byte ^ (signature[index] ?? 0));
      if (!timingSafeEqual(sha1(Buffer.from(clientKey)), storedKey)) return undefined;
      return hmac(hmac(key, 'Server Key'), authMessage).toString('base64');
    },
  };
}

/** One login, from `saslStart` on. */
export class ScramLogin {
  readonly #keys: ScramKeys;
  #checker: Checker | undefined;
  #clientFirst = '';
  #serverFirst = '';
  #hasLastExchange = false;
  /** Whether the proof was right and nothing is owed. */
  isDone = false;

  constructor(keys: ScramKeys) {
    this.#keys = keys;
  }

  /** @throws CommandError for another mechanism, or a user who is not there. */
  async start({ mechanism, payload, options }: Document): Promise<Document> {
    if (!MECHANISMS.includes(mechanism))
      throw new CommandError(334, 'MechanismUnavailable', `Unsupported mechanism ${mechanism}`);
    this.#clientFirst = textOf(payload).replace(/^n,[^,]*,/, '');
    this.#hasLastExchange = options?.skipEmptyExchange !== true;
    const user = (attribute(this.#clientFirst, 'n') ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=');
    this.#checker = mechanism === 'SCRAM-SHA-1' ? sha1Checker(user) : await sha256Checker(this.#keys, user);
    const nonce = `${attribute(this.#clientFirst, 'r')}${randomBytes(18).toString('base64')}`;
    this.#serverFirst = `r=${nonce},s=${this.#checker.salt},i=${this.#checker.iterations}`;
    return { conversationId: 1, done: false, payload: new Binary(Buffer.from(this.#serverFirst)), ok: 1 };
  }

  /** @throws CommandError for a wrong proof. */
  async continue({ payload }: Document): Promise<Document> {
    const clientFinal = textOf(payload);
    if (clientFinal === '' && this.#hasLastExchange && this.#checker === undefined) {
      this.isDone = true;
      return { conversationId: 1, done: true, payload: new Binary(), ok: 1 };
    }
    const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(clientFinal) ?? [];
    const isSameNonce = attribute(clientFinal, 'r') === attribute(this.#serverFirst, 'r');
    const authMessage = `${this.#clientFirst},${this.#serverFirst},${withoutProof}`;
    const signature = isSameNonce ? await this.#checker?.check(authMessage, proof) : undefined;
    if (signature === undefined) throw refused();
    this.#checker = undefined;
    this.isDone = !this.#hasLastExchange;
    return {
      conversationId: 1,
      done: this.isDone,
      payload: new Binary(Buffer.from(`v=${signature}`)),
      ok: 1,
    };
  }
}

function textOf(payload: unknown): string {
  return payload instanceof Binary ? Buffer.from(payload.value()).toString() : '';
}

function attribute(message: string, name: string): string | undefined {
  return message
    .split(',')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(2);
}
