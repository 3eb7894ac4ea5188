// Mechanisms that send the password as it is: PLAIN and LOGIN; and EXTERNAL, which sends none.
import { type Credentials, type Mechanism, outOfTurn, passwordOf, utf8 } from '../mechanism.ts';

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
 * LOGIN (draft-murchison-sasl-login): the name, then the password, each as the answer to one challenge. The challenges are
 * prompts for people, in any wording, and are not read.
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

/** EXTERNAL (RFC 4422 appendix A): the server knows the client by other means, such as a certificate. */
export function external(authorizationIdentity = ''): Mechanism {
  return {
    name: 'EXTERNAL',
    cleartext: false,
    initial: () => utf8(authorizationIdentity),
    respond: () => Promise.reject(outOfTurn('EXTERNAL')),
    finish: nothing,
  };
}
