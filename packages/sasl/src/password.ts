// Mechanisms that send the password, or an answer made of it in one step: PLAIN, LOGIN, CRAM-MD5; and EXTERNAL.
import { hmac } from '@noble/hashes/hmac.js';
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Credentials, type Mechanism, outOfTurn, passwordOf, utf8 } from './mechanism.ts';

const nothing = (): void => undefined;

/** PLAIN (RFC 4616). @throws FairleadError `usage` without a password, or for a NUL. */
export function plain(credentials: Credentials): Mechanism {
  const password = passwordOf(credentials);
  const message = utf8(`${credentials.authorizationIdentity ?? ''}\0${credentials.username}\0${password}`);
  return {
    name: 'PLAIN',
    cleartext: true,
    initial: () => message,
    respond: () => Promise.reject(outOfTurn('PLAIN')),
    finish: nothing,
  };
}

/**
 * LOGIN (draft-murchison-sasl-login): the name and the password, one after the other. The challenges are prompts for
 * people, in whatever words, and are not looked at.
 * @throws FairleadError `usage` as `plain`.
 */
export function login(credentials: Credentials): Mechanism {
  const answers = [utf8(credentials.username), utf8(passwordOf(credentials))];
  return {
    name: 'LOGIN',
    cleartext: true,
    initial: () => undefined,
    respond: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw outOfTurn('LOGIN');
      return answer;
    },
    finish: nothing,
  };
}

/** CRAM-MD5 (RFC 2195). The server proves nothing. @throws FairleadError `usage` as `plain`. */
export function cramMd5(credentials: Credentials): Mechanism {
  const key = utf8(passwordOf(credentials));
  let answered = false;
  return {
    name: 'CRAM-MD5',
    cleartext: false,
    initial: () => undefined,
    respond: async (challenge) => {
      if (answered) throw outOfTurn('CRAM-MD5');
      answered = true;
      return utf8(`${credentials.username} ${bytesToHex(hmac(md5, key, challenge))}`);
    },
    finish: nothing,
  };
}

/** EXTERNAL (RFC 4422 appendix A): the server knows the client by other means. */
export function external(authorizationIdentity = ''): Mechanism {
  return {
    name: 'EXTERNAL',
    cleartext: false,
    initial: () => utf8(authorizationIdentity),
    respond: () => Promise.reject(outOfTurn('EXTERNAL')),
    finish: nothing,
  };
}
