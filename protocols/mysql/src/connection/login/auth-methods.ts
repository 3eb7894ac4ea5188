// The authentication methods: which may be used, and what each sends. It never sends the unhashed password outside of TLS,
// whatever the server asks for.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { FairleadError } from '@fairlead/errors';
import { type AuthPlugin, type AuthPluginFactory, type Connection, standardAuthPlugins } from '#mysql2';
import type { AuthMethod } from '../../options/connect-options.ts';
import type { Login } from '../../options/target.ts';
import { type ParsecState, parsecAnswer, signExpanded } from './ed25519-signatures.ts';

const SCRAMBLE_BYTES = 20;
const ED25519_NONCE_BYTES = 32;
/** caching_sha2_password: the server has the hash in its cache, or needs the password itself. */
const FAST_OK = 3;
const FULL_AUTHENTICATION = 4;
/** Requests for the server's RSA key. */
const CACHING_SHA2_KEY = 2;
const SHA256_KEY = 1;
const encoder = new TextEncoder();

/** What the methods of one connection need. */
export interface AuthPolicy
  extends Pick<Login, 'password' | 'requireAuth' | 'allowCleartextPassword' | 'allowPublicKeyRetrieval'> {
  /** Whether the password is sent inside TLS. */
  readonly tls: boolean;
}

const policies = new WeakMap<Connection, AuthPolicy>();

/** Sets the rules for a connection. A connection without rules cannot log in. */
export function setAuthPolicy(connection: Connection, policy: AuthPolicy): void {
  policies.set(connection, policy);
}

function refuse(what: string): FairleadError {
  return new FairleadError('auth', `MySQL: ${what}.`, { safeToRetry: true });
}

/** Why a method may not be used; `undefined` where it may. */
export function refusalOf(method: AuthMethod, policy: AuthPolicy): FairleadError | undefined {
  const { requireAuth } = policy;
  if (requireAuth !== undefined && !requireAuth.includes(method)) {
    return refuse(`the server asks for ${method}, and requireAuth allows ${requireAuth.join(', ')} only`);
  }
  if (method !== 'mysql_clear_password') return undefined;
  if (!policy.tls)
    return refuse('the server asks for the password in plain text, and this connection has no TLS');
  if (policy.allowCleartextPassword) return undefined;
  return refuse(
    'the server asks for the unhashed password (mysql_clear_password); to allow that, set allowCleartextPassword',
  );
}

/** The driver sets `code` on the error that a method throws, so it gets an error of its own around ours. */
function forDriver(error: unknown): Error {
  return new Error('authentication refused', { cause: error });
}

/** A method that obeys the connection's rules. */
function guarded(
  method: AuthMethod,
  answer: (data: Buffer, policy: AuthPolicy) => ReturnType<AuthPlugin>,
): AuthPluginFactory {
  return ({ connection }) =>
    async (data) => {
      try {
        const policy = policies.get(connection);
        if (policy === undefined) throw refuse('this connection has no rules for authentication');
        const reason = refusalOf(method, policy);
        if (reason !== undefined) throw reason;
        return await answer(data, policy);
      } catch (error) {
        throw forDriver(error);
      }
    };
}

function withNul(password: string): Buffer {
  return Buffer.from(`${password}\0`, 'utf8');
}

function digest(algorithm: 'sha1' | 'sha256', ...parts: Uint8Array[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i % b.length] ?? 0)));
}

/** SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password))). */
function nativeToken(data: Buffer, { password }: AuthPolicy): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = digest('sha1', encoder.encode(password));
  return xor(once, digest('sha1', data.subarray(0, SCRAMBLE_BYTES), digest('sha1', once)));
}

/** SHA256(password) XOR SHA256(SHA256(SHA256(password)), scramble). */
function sha2Token(scramble: Buffer, password: string): Buffer {
  if (password === '') return Buffer.alloc(0);
  const once = digest('sha256', encoder.encode(password));
  return xor(once, digest('sha256', digest('sha256', once), scramble));
}

/** The password, encrypted with the server's RSA key (OAEP, SHA-1), which is in PEM. */
async function encrypted(password: string, scramble: Buffer, pem: Buffer): Promise<Buffer> {
  const text = pem.toString('latin1');
  const base64 = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(text)?.[1];
  if (base64 === undefined)
    throw new FairleadError('protocol', 'The server was asked for its RSA key and sent something else.');
  try {
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
    const key = await crypto.subtle.importKey('spki', Buffer.from(base64, 'base64'), algorithm, false, [
      'encrypt',
    ]);
    return Buffer.from(await crypto.subtle.encrypt(algorithm, key, xor(withNul(password), scramble)));
  } catch (cause) {
    throw new FairleadError('protocol', "The server's RSA key cannot be used.", { cause });
  }
}

function assertKeyRetrieval(method: AuthMethod, policy: AuthPolicy): void {
  if (policy.allowPublicKeyRetrieval) return;
  throw refuse(
    `${method} needs the password itself, and this connection has no TLS: use tls: true, or, on a network that ` +
      'is trusted, allow the way by an RSA key by name: allowPublicKeyRetrieval',
  );
}

/** caching_sha2_password: a token, and the password if the server does not have its hash in the cache. */
function cachingSha2(): (data: Buffer, policy: AuthPolicy) => Promise<Buffer | null> {
  let scramble: Buffer | undefined;
  let keyAsked = false;
  return async (data, policy) => {
    if (scramble === undefined) {
      const first = Buffer.from(data.subarray(0, SCRAMBLE_BYTES));
      scramble = first;
      return sha2Token(first, policy.password);
    }
    if (keyAsked) return encrypted(policy.password, scramble, data);
    if (data.length === 1 && data[0] === FAST_OK) return null;
    if (data.length !== 1 || data[0] !== FULL_AUTHENTICATION) {
      throw new FairleadError(
        'protocol',
        'The server sent a packet that is not part of caching_sha2_password.',
      );
    }
    if (policy.tls) return withNul(policy.password);
    assertKeyRetrieval('caching_sha2_password', policy);
    keyAsked = true;
    return Buffer.of(CACHING_SHA2_KEY);
  };
}

/** sha256_password: the password, inside TLS or encrypted with the server's key. */
function sha256(): (data: Buffer, policy: AuthPolicy) => Promise<Buffer> {
  let scramble: Buffer | undefined;
  return async (data, policy) => {
    if (policy.tls || policy.password === '') return withNul(policy.password);
    if (scramble !== undefined) return encrypted(policy.password, scramble, data);
    assertKeyRetrieval('sha256_password', policy);
    scramble = Buffer.from(data.subarray(0, SCRAMBLE_BYTES));
    return Buffer.of(SHA256_KEY);
  };
}

/** A method that keeps state from one packet to the next: each connection gets a state of its own. */
function stateful(
  method: AuthMethod,
  begin: () => (data: Buffer, policy: AuthPolicy) => Promise<Buffer | null>,
): AuthPluginFactory {
  return (session) => guarded(method, begin())(session);
}

// The driver looks up its methods here. The bundle is this package's own, so no other copy of mysql2 is changed.
Object.assign(standardAuthPlugins, {
  caching_sha2_password: stateful('caching_sha2_password', cachingSha2),
  sha256_password: stateful('sha256_password', sha256),
  mysql_native_password: guarded('mysql_native_password', nativeToken),
  mysql_clear_password: guarded('mysql_clear_password', async (_, { password }) => withNul(password)),
  client_ed25519: guarded('client_ed25519', async (data, { password }) =>
    Buffer.from(await signExpanded(encoder.encode(password), data.subarray(0, ED25519_NONCE_BYTES))),
  ),
  parsec: stateful('parsec', () => {
    const state: ParsecState = { serverNonce: undefined };
    return async (data, { password }) => Buffer.from(await parsecAnswer(state, data, password));
  }),
});
