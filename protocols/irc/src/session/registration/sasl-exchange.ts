// The AUTHENTICATE messages of a login by SASL (IRCv3 sasl-3.1): base64 in chunks of 400 characters. It computes no answer.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import { limitError, protocolError } from '../../errors.ts';

/** Most characters of a challenge. Those of PLAIN and SCRAM are far smaller. */
const MAX_CHALLENGE = 65_536;
/** Characters of base64 in one AUTHENTICATE (sasl-3.1). */
const CHUNK = 400;

/** The SASL mechanisms of one connection, and the proofs that they give. Answering a challenge is asynchronous. */
export interface SaslMechanisms {
  /**
   * Chooses the mechanism to try next.
   * @param offered The server's list of mechanisms; undefined if it gave none.
   * @param mayBeClear Whether the password may leave as it is: over TLS, or with `allowCleartext`.
   * @returns Its name.
   * @throws FairleadError `auth` if none is left.
   */
  choose(offered: readonly string[] | undefined, mayBeClear: boolean): string;
  /** Takes the server's word that the login succeeded. @throws FairleadError `auth` if the server has not proved itself. */
  finish(): void;
}

/** Joins the chunks of one challenge. */
export class ChallengeReader {
  #text = '';

  /** Forgets the chunks of a login that was given up. */
  reset(): void {
    this.#text = '';
  }

  /**
   * Takes the parameter of one AUTHENTICATE.
   * @returns The challenge once it is whole.
   * @throws FairleadError `limit`; `protocol` for text that is no base64.
   */
  push(chunk: string): Uint8Array | undefined {
    if (chunk !== '+') this.#text += chunk;
    if (this.#text.length > MAX_CHALLENGE) throw limitError('AUTHENTICATE', MAX_CHALLENGE);
    if (chunk.length === CHUNK) return undefined;
    const bytes = fromBase64(this.#text);
    this.#text = '';
    if (bytes === undefined) throw protocolError('a challenge of AUTHENTICATE is not base64');
    return bytes;
  }
}

/** The lines that carry a response. A chunk of fewer than 400 characters, or `+` for an empty one, is the last. */
export function responseLines(response: Uint8Array): string[] {
  const text = toBase64(response);
  const lines: string[] = [];
  for (let at = 0; at <= text.length; at += CHUNK) {
    lines.push(`AUTHENTICATE ${text.slice(at, at + CHUNK) || '+'}`);
  }
  return lines;
}
