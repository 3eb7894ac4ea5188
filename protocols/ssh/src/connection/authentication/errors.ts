// Why logins fail, as FairleadErrors. No message shows a password, a key or an answer.
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Prompt } from '../../wire/auth-messages.ts';
import type { LogInOptions } from './types.ts';

/** The error of a login that the server refuses. */
export function refused(
  peer: Peer,
  { username, password, keyboardInteractive }: LogInOptions,
  words: {
    /** The methods that did not convince it. */
    readonly tried: readonly string[];
    /** The methods that did. */
    readonly passed: readonly string[];
    /** The methods that it lists. */
    readonly methods: readonly string[];
    readonly banner: string;
  },
): FairleadError {
  const { tried, passed, methods, banner } = words;
  const list = methods.join(',');
  const by = tried.length > 0 ? ` by ${tried.join(', ')}` : '';
  const after = passed.length > 0 ? `, after it had accepted ${passed.join(', ')}` : '';
  const asks =
    methods.includes('keyboard-interactive') && keyboardInteractive === undefined && password === undefined;
  const advice = asks ? '. Give keyboardInteractive or a password to answer its questions' : '';
  const keys = tried.includes('publickey')
    ? ". Look whether the key stands in the user's authorized_keys"
    : '';
  const accepts = list === '' ? 'It lists no method' : `It lists ${methods.join(', ')}`;
  const message = `SSH: The server refused the login of user ${JSON.stringify(username)}${by}${after}. ${accepts}${keys}${advice}`;
  const server = {
    code: 'USERAUTH_FAILURE',
    message: banner,
    fields: { methods: list, accepted: passed.join(',') },
  };
  return new FairleadError('auth', message, { peer, server });
}

/** The error of a password that the server wants to be changed first (RFC 4252 section 8). */
export function passwordExpired(peer: Peer, prompt: string): FairleadError {
  const message =
    'SSH: The password has expired: the server wants a new one, which has to be set in another way';
  return new FairleadError('auth', message, {
    peer,
    server: { code: 'USERAUTH_PASSWD_CHANGEREQ', message: prompt },
  });
}

/** The error of questions to which a password is no answer. */
export function noAnswer(peer: Peer, prompts: readonly Prompt[]): FairleadError {
  const count = prompts.length === 1 ? 'a question' : `${prompts.length} questions`;
  const message = `SSH: The server asks ${count} that the password does not answer. Give keyboardInteractive to answer`;
  const words = prompts.map(({ prompt }) => prompt).join('\n');
  return new FairleadError('auth', message, {
    blame: 'local',
    peer,
    server: { code: 'USERAUTH_INFO_REQUEST', message: words },
  });
}

/** The error of a caller's function that failed. */
export function failedFunction(message: string, cause: unknown): FairleadError {
  return new FairleadError('auth', `SSH: ${message}`, { blame: 'local', cause });
}
