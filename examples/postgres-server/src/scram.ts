// The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. It knows no password: a verifier, as Postgres
// keeps it in pg_authid, is enough to check a login and not enough to make one.
import { decodeUtf8, equalBytes, fromBase64, toBase64 } from '@fairlead/bytes';

type Bytes = Uint8Array<ArrayBuffer>;

/** The one mechanism that is offered. */
export const MECHANISM = 'SCRAM-SHA-256';

/** What a server keeps of a password. */
export interface Verifier {
  readonly iterations: number;
  readonly salt: Bytes;
  readonly storedKey: Bytes;
  readonly serverKey: Bytes;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): Bytes => new Uint8Array(encoder.encode(text));

async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}

async function hmac(secret: Bytes, text: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytesOf(text)));
}

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`; `undefined` for any other text. */
export function parseVerifier(text: string): Verifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d{1,6}):([^$]+)\$([^:]+):(.+)$/.exec(text);
  const [salt, storedKey, serverKey] = (match?.slice(2) ?? []).map((part) => fromBase64(part));
  if (salt === undefined || storedKey?.length !== 32 || serverKey?.length !== 32) return undefined;
  return { iterations: Number(match?.[1]), salt, storedKey, serverKey };
}

/** For an unknown name: no proof fits it, and its salt is the same each time, so that a stranger cannot tell it from a real one. */
export async function dummyVerifier(user: string, secret: string): Promise<Verifier> {
  const seed = await hmac(bytesOf(secret || 'nobody'), user);
  const nothing = crypto.getRandomValues(new Uint8Array(32));
  return { iterations: 4096, salt: seed.slice(0, 16), storedKey: nothing, serverKey: nothing };
}

/** One exchange. Each message of the client's that is malformed, or does not fit, is `undefined`: the login has failed. */
export class ScramServer {
  readonly #verifier: Verifier;
  #header = '';
  #nonce = '';
  #soFar = '';

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** The challenge. @param data The client's first message. */
  first(data: Uint8Array): Uint8Array | undefined {
    // The name in it plays no part: Postgres' clients leave it empty, since the start-up has it.
    const match = /^([ny],(?:a=[^,]*)?,)(n=[^,]*,r=([!-+\--~]{8,256}))$/.exec(decodeUtf8(data) ?? '');
    const [, header, bare, clientNonce] = match ?? [];
    if (header === undefined || bare === undefined || clientNonce === undefined) return undefined;
    this.#header = header;
    this.#nonce = clientNonce + toBase64(crypto.getRandomValues(new Uint8Array(18)));
    const { salt, iterations } = this.#verifier;
    const challenge = `r=${this.#nonce},s=${toBase64(salt)},i=${iterations}`;
    this.#soFar = `${bare},${challenge}`;
    return bytesOf(challenge);
  }

  /** The proof that this server knows the verifier. @param data The client's last message, with its proof. */
  async final(data: Uint8Array): Promise<Uint8Array | undefined> {
    const match = /^(c=([^,]*),r=([^,]*)),p=([^,]+)$/.exec(decodeUtf8(data) ?? '');
    const [, withoutProof, binding, nonce, proofText = ''] = match ?? [];
    const proof = fromBase64(proofText);
    if (binding !== toBase64(bytesOf(this.#header)) || nonce !== this.#nonce) return undefined;
    const { storedKey, serverKey } = this.#verifier;
    const message = `${this.#soFar},${withoutProof}`;
    const signature = await hmac(storedKey, message);
    if (proof?.length !== signature.length) return undefined;
    const clientKey = proof.map((byte, i) => byte ^ (signature[i] ?? 0));
    if (!equalBytes(await sha256(clientKey), storedKey)) return undefined;
    return bytesOf(`v=${toBase64(await hmac(serverKey, message))}`);
  }
}
