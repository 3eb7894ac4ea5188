// One login under way: takes the server's messages, keeps the state, sends what is next.
import { equalBytes } from '@fairlead/bytes';
import { passwordOf } from '@fairlead/client';
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { protocolError } from '../../errors.ts';
import { plainAlgorithm } from '../../keys/signature-methods.ts';
import type { Identity } from '../../keys/types.ts';
import { LoginState } from '../../session/authentication.ts';
import { type Attempt, LoginPlan } from '../../session/authentication-plan.ts';
import {
  type AuthMessage,
  type Challenge,
  decodeAuthMessage,
  encodeAnswers,
  encodeInteractiveRequest,
  encodeKeyQuestion,
  encodeKeyRequest,
  encodePasswordRequest,
  encodeServiceRequest,
  encodeSignedPart,
  type Message60,
} from '../../wire/auth-messages.ts';
import type { PacketLink } from '../packet-link.ts';
import { failedFunction, noAnswer, passwordExpired, refused } from './errors.ts';
import type { LoggedIn, LogInOptions } from './types.ts';

/** The most INFO_REQUESTs of one login. */
const MAX_ROUNDS = 10;
/** The most messages of one login: banners, mostly. */
const MAX_MESSAGES = 256;
const MAX_BANNER = 8_192;

/** What message 60 means in a state. */
const MESSAGE_60: Readonly<Record<string, Message60>> = {
  question: 'PK_OK',
  password: 'PASSWD_CHANGEREQ',
  interaction: 'INFO_REQUEST',
};

/** One login. */
export class LoginExchange {
  readonly #link: PacketLink;
  readonly #options: LogInOptions;
  readonly #state = new LoginState();
  readonly #plan: LoginPlan;
  readonly #tried = new Set<string>();
  readonly #passed = new Set<string>();
  #attempt: Attempt | undefined;
  #password: Promise<string | undefined> | undefined;
  #banner = '';
  #messages = 0;
  #rounds = 0;
  #passwordAnswered = false;

  constructor(link: PacketLink, options: LogInOptions) {
    this.#link = link;
    this.#options = options;
    const { identities = [], password, keyboardInteractive } = options;
    this.#plan = new LoginPlan({
      keys: identities.length,
      hasPassword: password !== undefined,
      hasInteraction: keyboardInteractive !== undefined,
    });
  }

  /** Logs in. @throws FairleadError, as `logIn`. */
  async run(): Promise<LoggedIn> {
    const first = this.#plan.first();
    if (first === undefined) throw usage('There is nothing to log in with');
    const request = await this.#requestOf(first);
    this.#send(encodeServiceRequest());
    this.#send(request);
    await this.#next();
    this.#begin(first);
    for (;;) {
      const message = await this.#next();
      if (message.type === 'SUCCESS') return { banner: this.#banner };
      await this.#take(message);
    }
  }

  async #take(message: AuthMessage): Promise<void> {
    switch (message.type) {
      case 'FAILURE':
        return this.#tryNext(message.methods, message.partial);
      case 'PK_OK':
        return this.#sign(message.algorithm, message.blob);
      case 'INFO_REQUEST':
        return this.#answer(message);
      case 'PASSWD_CHANGEREQ':
        throw passwordExpired(this.#link.peer, message.prompt);
      default:
        throw protocolError(`The server sent ${message.type} in the midst of a login`);
    }
  }

  /** The next message that the state allows. Banners are kept, unknown messages answered. */
  async #next(): Promise<AuthMessage> {
    for (;;) {
      const payload = await this.#link.receive();
      const { peer } = this.#link;
      if (payload === undefined) {
        throw new FairleadError('connection_lost', 'SSH: The server closed the connection during the login', {
          peer,
        });
      }
      if (++this.#messages > MAX_MESSAGES) {
        const message = `SSH: The server sent more than ${MAX_MESSAGES} messages during the login`;
        throw new FairleadError('limit', message, { blame: 'peer', peer });
      }
      const { state } = this.#state;
      const message = decodeAuthMessage(payload, MESSAGE_60[state]);
      if (message.type === 'unknown') void this.#link.sendUnimplemented();
      else if (message.type === 'BANNER') this.#banner = (this.#banner + message.text).slice(0, MAX_BANNER);
      else if (this.#state.accepts(message.type)) return message;
      else throw protocolError(`The server sent ${message.type} where it may not (${state})`, { peer });
    }
  }

  /** Sends without waiting: a key exchange may hold it back, and that goes on by `receive` alone, which also tells of failures. */
  #send(payload: Uint8Array): void {
    this.#link.send(payload).catch(() => undefined);
  }

  async #tryNext(methods: readonly string[], partial: boolean): Promise<void> {
    const { method = 'publickey' } = this.#attempt ?? {};
    (partial ? this.#passed : this.#tried).add(method);
    const next = this.#plan.afterFailure(methods, partial);
    if (next === undefined) {
      this.#state.move('none left');
      const words = { tried: [...this.#tried], passed: [...this.#passed], methods, banner: this.#banner };
      throw refused(this.#link.peer, this.#options, words);
    }
    this.#send(await this.#requestOf(next));
    this.#begin(next);
  }

  #begin(attempt: Attempt): void {
    this.#attempt = attempt;
    if (attempt.method !== 'publickey') this.#state.move(attempt.method);
    else this.#state.move(attempt.isAsked ? 'publickey, a question' : 'publickey, signed');
  }

  async #requestOf(attempt: Attempt): Promise<Uint8Array> {
    const { username } = this.#options;
    if (attempt.method === 'password') return encodePasswordRequest(username, await this.#passwordText());
    if (attempt.method === 'keyboard-interactive') return encodeInteractiveRequest(username);
    const identity = this.#identity(attempt);
    const algorithm = this.#algorithmOf(identity);
    if (attempt.isAsked) return encodeKeyQuestion(username, algorithm, identity.blob);
    return this.#signedRequest(identity, algorithm);
  }

  async #signedRequest(identity: Identity, algorithm: string): Promise<Uint8Array> {
    const { username } = this.#options;
    const { blob } = identity;
    const signed = encodeSignedPart(this.#link.sessionId, username, algorithm, blob);
    try {
      return encodeKeyRequest(username, algorithm, blob, await identity.sign(signed, algorithm));
    } catch (error) {
      if (isFairleadError(error)) throw error;
      throw failedFunction('The private key could not sign', error);
    }
  }

  async #sign(algorithm: string, blob: Uint8Array): Promise<void> {
    const identity = this.#attempt?.method === 'publickey' ? this.#identity(this.#attempt) : undefined;
    if (!identity?.algorithms.includes(algorithm) || !equalBytes(blob, identity.blob)) {
      throw protocolError('The server takes another key than it was asked about');
    }
    this.#send(await this.#signedRequest(identity, algorithm));
    this.#state.move('publickey, signed');
  }

  async #answer(challenge: Challenge): Promise<void> {
    if (++this.#rounds > MAX_ROUNDS) {
      const message = `SSH: The server asked more than ${MAX_ROUNDS} times during the login`;
      throw new FairleadError('limit', message, { blame: 'peer', peer: this.#link.peer });
    }
    this.#send(encodeAnswers(await this.#answersTo(challenge)));
    this.#state.move('INFO_RESPONSE');
  }

  async #answersTo({ name, instruction, prompts }: Challenge): Promise<readonly string[]> {
    const { keyboardInteractive } = this.#options;
    if (prompts.length === 0) return [];
    if (keyboardInteractive) {
      const answers = await called(keyboardInteractive, { name, instruction, prompts });
      const areTexts = Array.isArray(answers) && answers.every((answer) => typeof answer === 'string');
      if (areTexts && answers.length === prompts.length) return answers;
      throw usage(`keyboardInteractive gives ${prompts.length} texts, one for each prompt`, {
        safeToRetry: false,
      });
    }
    const isForPassword = prompts.length === 1 && prompts[0]?.echo === false && !this.#passwordAnswered;
    if (!isForPassword) {
      this.#state.move('no answer');
      throw noAnswer(this.#link.peer, prompts);
    }
    this.#passwordAnswered = true;
    return [await this.#passwordText()];
  }

  /** A function that gives the password is asked once. */
  async #passwordText(): Promise<string> {
    this.#password ??= passwordOf(this.#options.password, this.#options.limit);
    return (await this.#password) ?? '';
  }

  #identity({ key }: Attempt & { readonly method: 'publickey' }): Identity {
    const identity = this.#options.identities?.[key];
    if (identity === undefined) throw usage('identities has a gap');
    return identity;
  }

  /** RFC 8332 section 3.3: what the server names; rsa-sha2-256, which every server has, where it names nothing. */
  #algorithmOf({ algorithms }: Identity): string {
    const named = this.#link.signatureAlgorithms ?? [];
    const isNamed = (algorithm: string): boolean =>
      named.includes(plainAlgorithm(algorithm)) || named.includes(algorithm);
    const [first = ''] = algorithms;
    return (
      algorithms.find(isNamed) ??
      algorithms.find((algorithm) => algorithm.startsWith('rsa-sha2-256')) ??
      first
    );
  }
}

async function called(
  answer: NonNullable<LogInOptions['keyboardInteractive']>,
  challenge: Challenge,
): Promise<readonly string[]> {
  try {
    return await answer(challenge);
  } catch (error) {
    throw failedFunction('The function keyboardInteractive failed', error);
  }
}
