// Registration: capabilities, SASL, nick and user (modern.ircdocs.horse, "Connection Registration"; IRCv3 sasl-3.2). It
// hands lines out and waits for nothing, and no credential leaves before it is known whether the server demands TLS.
import { FairleadError } from '@fairlead/errors';
import { inClear, refusal } from '../../errors.ts';
import { readSts, type StsValue } from '../../sts/sts-policy.ts';
import type { Message } from '../../types.ts';
import { formatMessage } from '../../wire/encode.ts';
import { splitWords } from '../../wire/fields.ts';
import {
  type ConnectionMove,
  type ConnectionState,
  NEGOTIATION,
  type NegotiationMove,
  type NegotiationState,
  StateMachine,
} from '../states.ts';
import { Capabilities } from './capabilities.ts';
import type { RegistrationOptions } from './registration-options.ts';
import { ChallengeReader, responseLines, type SaslMechanisms } from './sasl-exchange.ts';

/** What a registration needs from the connection that it runs on. */
export interface RegistrationHost {
  /** Whether the transport uses TLS. */
  readonly tls: boolean;
  /** The login by SASL; undefined without a password. */
  readonly sasl: SaslMechanisms | undefined;
  /** Takes a challenge; its answer goes to `authenticate`. */
  challenge(bytes: Uint8Array): void;
  /** Takes the value of the capability `sts`. @returns Whether this connection must not go on. */
  demandTls(value: StsValue): boolean;
}

/** How much of what the server says by NOTICE during the registration is kept for an error. */
const MAX_NOTICES = 4;
const MAX_NOTICE = 300;

/** The registration of one connection; afterwards it goes on to negotiate capabilities and logins. */
export class Registration {
  readonly capabilities: Capabilities;
  readonly #host: RegistrationHost;
  readonly #send: (line: string) => void;
  readonly #options: RegistrationOptions;
  readonly #connection: StateMachine<ConnectionState, ConnectionMove>;
  readonly #negotiation: StateMachine<NegotiationState, NegotiationMove> = new StateMachine(
    NEGOTIATION,
    'listing',
  );
  readonly #nicks: string[];
  readonly #challenge: ChallengeReader = new ChallengeReader();
  #nick: string;
  /** Whether PASS, NICK and USER were sent. */
  #isUserSent = false;
  /** The lists of CAP REQ that wait for an answer: of each, the names that are not acknowledged yet. */
  #requests: Set<string>[] = [];
  /** The last NOTICEs before 001: some servers give the reason of a refusal nowhere else. */
  #notices: string[] = [];
  #isLoggedIn = false;
  /** The server has answered 908, which lists its mechanisms: the next one may be tried. */
  #mayRetry = false;
  #mechanisms: readonly string[] | undefined;
  /** Whether the server knows CAP, and so waits for CAP END. */
  #hasCap = false;

  /**
   * @param send Sends a line without a wait for its turn.
   * @param connection The connection's state; the registration makes its move `welcome`.
   */
  constructor(
    options: RegistrationOptions,
    host: RegistrationHost,
    send: (line: string) => void,
    connection: StateMachine<ConnectionState, ConnectionMove>,
  ) {
    this.#host = host;
    this.#send = send;
    this.#options = options;
    this.#connection = connection;
    this.#nick = options.nick;
    this.#nicks = [...(options.altNicks ?? ['_', '__', '___'].map((end) => options.nick + end))];
    this.capabilities = new Capabilities(options.capabilities);
  }

  /** Sends the first lines of the registration. */
  begin(): void {
    this.#send('CAP LS 302');
    // Without TLS, the password waits until the list has told whether the server demands TLS.
    if (this.#host.tls || this.#options.serverPassword === undefined) this.#sendUser();
  }

  /** Takes a message. @throws FairleadError if the registration has failed. */
  receive(message: Message): void {
    const { command, params } = message;
    if (command === 'CAP') this.#onCap(params);
    else if (command === 'AUTHENTICATE') this.#onAuthenticate(params[0] ?? '');
    else if (/^90[2-8]$/.test(command)) this.#onSaslNumeric(message);
    else if (this.#isRegistering) this.#onRegistering(message);
  }

  /** Sends the answer to a challenge. An answer to a login that was given up meanwhile is dropped. */
  authenticate(response: Uint8Array): void {
    if (this.#isAuthenticating) for (const line of responseLines(response)) this.#send(line);
  }

  /** Whether an answer to CAP REQ is under way, which may come behind the welcome. */
  get isAsking(): boolean {
    return this.#requests.length > 0;
  }

  /** What the server said by NOTICE before 001; empty if it said nothing. */
  get notices(): string {
    return this.#notices.join('\n');
  }

  #onRegistering(message: Message): void {
    const { command, params } = message;
    if (command === '001') {
      this.#connection.move('welcome');
      // A server that welcomes the client before the login has ended has dropped the login.
      if (this.#needsLogin) throw this.#noSasl('skipped the login by SASL');
    } else if (/^43[2367]$/.test(command)) this.#onNickRefused(message);
    else if (command === 'NOTICE')
      this.#notices = [...this.#notices, (params.at(-1) ?? '').slice(0, MAX_NOTICE)].slice(-MAX_NOTICES);
    else if (command === '464') throw refusal(message, 'auth');
    else if (/^(46[356]|ERROR)$/.test(command)) throw refusal(message);
    else if (this.#isListing && /^4(10|21|51|61)$/.test(command)) {
      // The server does not know CAP; 451 (not registered) does not repeat the command.
      if (command === '451' || params[1] === 'CAP') this.#onListed();
    }
  }

  #sendUser(): void {
    if (this.#isUserSent) return;
    this.#isUserSent = true;
    const { nick, serverPassword, ident = nick, realname = nick } = this.#options;
    if (serverPassword !== undefined) {
      if (!this.#mayBeClear) throw inClear();
      this.#send(formatMessage({ command: 'PASS', params: [serverPassword] }));
    }
    this.#send(`NICK ${this.#nick}`);
    this.#send(formatMessage({ command: 'USER', params: [ident, '0', '*', realname] }));
  }

  #onNickRefused(message: Message): void {
    const next = this.#nicks.shift();
    if (next === undefined) throw refusal(message);
    this.#nick = next;
    this.#send(`NICK ${next}`);
  }

  #onCap(params: readonly string[]): void {
    const { capabilities } = this;
    const list = params.at(-1) ?? '';
    const verb = params[1]?.toUpperCase();
    if (verb === 'LS') {
      this.#hasCap = true;
      capabilities.offer(list);
      // `*` before the list: more lines follow.
      if (params.length < 4 && this.#isListing) this.#onListed();
    } else if (verb === 'NEW') {
      capabilities.offer(list);
      if (this.#mayGoOn()) this.#request();
    } else if (verb === 'DEL') capabilities.withdraw(list);
    else if (verb === 'ACK' || verb === 'NAK') this.#onAnswer(verb, list);
  }

  #onListed(): void {
    this.#negotiation.move('listed');
    if (!this.#mayGoOn()) return;
    this.#request();
    // In one write with the requests: servers hold the registration until CAP END. That waits for a login and for names of the
    // caller's own, which may be refused together. What a server has listed it takes, and it answers in order.
    this.#sendUser();
    if (this.#host.sasl === undefined && !this.capabilities.isExtended) this.#end();
    else this.#onAllAnswered();
  }

  /** Whether this connection goes on, and the server does not demand another one with TLS. */
  #mayGoOn(): boolean {
    const sts = this.capabilities.offered.get('sts');
    return sts === undefined || !this.#host.demandTls(readSts(sts));
  }

  #request(lists?: readonly string[]): void {
    const wantsSasl = this.#host.sasl !== undefined && !this.#isLoggedIn && !this.#isAuthenticating;
    for (const list of lists ?? this.capabilities.requests(wantsSasl)) {
      this.#requests.push(new Set(splitWords(list)));
      this.#send(`CAP REQ :${list}`);
    }
  }

  #onAnswer(verb: 'ACK' | 'NAK', list: string): void {
    const names = splitWords(list).map((name) => name.replace(/^[-~=]+/, ''));
    if (verb === 'ACK') {
      this.capabilities.acknowledge(list);
      // One list may be acknowledged in several lines.
      for (const open of this.#requests) for (const name of names) open.delete(name);
      if (names.length === 0) this.#requests.shift();
      this.#requests = this.#requests.filter(({ size }) => size > 0);
    } else this.#onRefusedList(names);
    this.#onAllAnswered();
  }

  /** Requests each capability of a refused list alone: one unwanted name refuses the whole list, which NAK may truncate. */
  #onRefusedList(names: readonly string[]): void {
    const refused = this.#requests.find((open) => names.some((name) => open.has(name))) ?? this.#requests[0];
    this.#requests = this.#requests.filter((open) => open !== refused);
    if (refused === undefined || refused.size === 1) return;
    this.#request([...refused].filter((name) => this.capabilities.offered.has(name)));
  }

  /** Begins the login behind the last answer to CAP REQ, or ends the negotiation. */
  #onAllAnswered(): void {
    if (this.#requests.length > 0 || this.#isAuthenticating || this.#isListing) return;
    const { capabilities } = this;
    if (this.#host.sasl && !this.#isLoggedIn && capabilities.has('sasl')) {
      const list = capabilities.offered.get('sasl');
      this.#mechanisms = list ? list.split(',') : undefined;
      this.#startSasl();
    } else this.#end();
  }

  #startSasl(): void {
    let mechanism: string;
    try {
      mechanism = this.#host.sasl?.choose(this.#mechanisms, this.#mayBeClear) ?? '';
    } catch (error) {
      this.#giveUpSasl(error);
      return;
    }
    this.#negotiation.move('authenticate');
    this.#challenge.reset();
    this.#send(`AUTHENTICATE ${mechanism}`);
  }

  #onAuthenticate(chunk: string): void {
    const challenge = this.#isAuthenticating ? this.#challenge.push(chunk) : undefined;
    if (challenge !== undefined) this.#host.challenge(challenge);
  }

  #onSaslNumeric(message: Message): void {
    const { command, params } = message;
    if (!this.#isAuthenticating) return;
    if (command === '903') {
      this.#host.sasl?.finish();
      this.#isLoggedIn = true;
      this.#end();
    } else if (command === '908') {
      // The server's mechanisms; the refusal itself (904) follows.
      this.#mechanisms = (params[1] ?? '').split(',');
      this.#mayRetry = true;
    } else if (command === '904' && this.#mayRetry) {
      this.#mayRetry = false;
      this.#startSasl();
    } else this.#giveUpSasl(refusal(message, 'auth'));
  }

  #giveUpSasl(reason: unknown): void {
    if (this.#isSaslRequired && this.#isRegistering) throw reason;
    this.#end();
  }

  #end(): void {
    const { state } = this.#negotiation;
    if (state === 'ended') return;
    if (state !== 'reauthenticating') {
      if (this.#needsLogin) throw this.#noSasl('offers no login by SASL');
      if (this.#hasCap) this.#send('CAP END');
    }
    this.#negotiation.move('end');
  }

  get #isListing(): boolean {
    return this.#negotiation.state === 'listing';
  }

  get #isAuthenticating(): boolean {
    const { state } = this.#negotiation;
    return state === 'authenticating' || state === 'reauthenticating';
  }

  get #isRegistering(): boolean {
    return this.#connection.state === 'registering';
  }

  get #mayBeClear(): boolean {
    return this.#host.tls || this.#options.allowCleartext === true;
  }

  get #isSaslRequired(): boolean {
    return this.#host.sasl !== undefined && this.#options.saslRequired !== false;
  }

  get #needsLogin(): boolean {
    return this.#isSaslRequired && !this.#isLoggedIn;
  }

  #noSasl(what: string): FairleadError {
    return new FairleadError('auth', `The server ${what} (saslRequired)`);
  }
}
