// Just enough of SCRAM-SHA-256 (RFC 7677) to be let in by a Postgres that is taken at its word: the server's proof is not looked at,
// and the keys of a password are derived once.
import { concat, Writer } from '@fairlead/bytes';
import {
  writeBind,
  writeDescribe,
  writeExecute,
  writeParse,
  writeSaslInitial,
  writeSaslResponse,
  writeSync,
} from '@fairlead/postgres/wire';

const encoder = new TextEncoder();
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

/** A statement with one parameter, ready to be sent. */
export function statement(text: string, parameter: string): Uint8Array {
  const writer = new Writer(1024);
  writeParse(writer, '', text, []);
  writeBind(writer, '', '', [parameter], 0);
  writeDescribe(writer, 'P', '');
  writeExecute(writer, '', 0);
  writeSync(writer);
  return writer.take();
}

/** What a password and a salt come to. */
interface Keys {
  readonly client: Uint8Array;
  readonly stored: CryptoKey;
}

/** By salt. */
const KNOWN = new Map<string, Keys>();

/** One login. */
export class Scram {
  readonly #password: string;
  readonly #nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));

  constructor(password: string) {
    this.#password = password;
  }

  /** The first message. */
  first(): Uint8Array {
    const writer = new Writer(1024);
    writeSaslInitial(writer, 'SCRAM-SHA-256', encoder.encode(`n,,${this.#bare}`));
    return writer.take();
  }

  /** The last one, with `more` behind it. */
  async last(challenge: string, more: Uint8Array): Promise<Uint8Array> {
    const [server = '', nonce, salt = '', rounds] = /r=([^,]+),s=([^,]+),i=(\d+)/.exec(challenge) ?? [];
    const { client, stored } = await this.#keys(salt, Number(rounds));
    const unproven = `c=biws,r=${nonce}`;
    const signed = encoder.encode(`${this.#bare},${server},${unproven}`);
    const signature = new Uint8Array(await crypto.subtle.sign('HMAC', stored, signed));
    const proof = client.map((byte, i) => byte ^ (signature[i] ?? 0));
    const writer = new Writer(1024);
    const message = `${unproven},p=${btoa(String.fromCharCode(...proof))}`;
    writeSaslResponse(writer, encoder.encode(message));
    return concat([writer.take(), more]);
  }

  get #bare(): string {
    return `n=,r=${this.#nonce}`;
  }

  async #keys(salt: string, iterations: number): Promise<Keys> {
    const known = KNOWN.get(salt);
    if (known !== undefined) return known;
    const { subtle } = crypto;
    const password = await subtle.importKey('raw', encoder.encode(this.#password), 'PBKDF2', false, [
      'deriveBits',
    ]);
    const bytes = Uint8Array.from(atob(salt), (char) => char.charCodeAt(0));
    const salted = await subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt: bytes, iterations },
      password,
      256,
    );
    const saltedKey = await subtle.importKey('raw', salted, HMAC, false, ['sign']);
    const client = new Uint8Array(await subtle.sign('HMAC', saltedKey, encoder.encode('Client Key')));
    const digest = await subtle.digest('SHA-256', client);
    const stored = await subtle.importKey('raw', digest, HMAC, false, ['sign']);
    KNOWN.set(salt, { client, stored });
    return { client, stored };
  }
}
