// Registration: capabilities, SASL, nick and user (modern.ircdocs.horse, "Connection Registration"; IRCv3 sasl-3.2). It
// sends nothing by itself, and lets no credential out before it is known whether the server demands TLS.
import { FairleadError } from '@fairlead/errors';
import { inClear, limitError, protocolError, refusal } from '../../errors.ts';
import { readSts, type StsValue } from '../../sts/sts-policy.ts';
import type { Message } from '../../types.ts';
import { formatMessage } from '../../wire/encode.ts';
import { splitWords } from '../../wire/fields.ts';
import { Capabilities } from './capabilities.ts';
import type { RegistrationOptions } from './registration-options.ts';

/** What a login asks of its credentials. */
export interface SaslExchange {
  /**
   * The name of the mechanism to try next.
   * @param offered The server's list; undefined where it gave none.
   * @throws FairleadError `auth` if none is left.
   */
  choose(offered: readonly string[] | undefined, mayBeClear: boolean): string;
  /** The server says that the login succeeded. @throws FairleadError `auth` where it has not proved itself. */
  finish(): void;
}

/** What a login asks of the connection that it runs on. */
export interface RegistrationHost {
  /** Whether the bytes travel in TLS. */
  readonly tls: boolean;
  /** The login by SASL, where there are credentials. */
  readonly sasl: SaslExchange | undefined;
  /** A challenge came; the answer goes to `authenticate`. */
  challenge(bytes: Uint8Array): void;
  /** What the server demands by its capability `sts`. @returns Whether this connection must not go on. */
  demand(value: StsValue): boolean;
}

/** RFC 4616 and the like are small; SCRAM's messages too. */
const MAX_CHALLENGE = 65_536;
/** How much of what a server says during the registration is kept for an error. */
const MAX_NOTICES = 4;
const MAX_NOTICE = 300;
/** Characters of base64 in one AUTHENTICATE (sasl-3.1). */
const CHUNK = 400;

/** The registration of one connection; afterwards it goes on to negotiate capabilities and logins. */
export class Registration {
  readonly capabilities: Capabilities;
  /** 001 has come. */
  isWelcome = false;
  readonly #host: RegistrationHost;
  readonly #send: (line: string) => void;
  readonly #options: RegistrationOptions;
  readonly #nicks: string[];
  #nick: string;
  #isIdentified = false;
  /** CAP LS is whole, or there is none. */
  #isListed = false;
  /** The lists of CAP REQ that are not answered, each the names that are left of it. */
  #requests: Set<string>[] = [];
  /** What the server said by NOTICE before it let the client in: a refusal is often told so alone. */
  #notices: string[] = [];
  #sasl: 'none' | 'running' | 'done' = 'none';
  #challenge = '';
  /** The server has said which mechanisms it has. */
  #mayRetry = false;
  #mechanisms: readonly string[] | undefined;
  /** CAP END was sent, or cannot be. */
  #isEnded = false;
  #hasCap = false;

  /** @param send Sends a line at once. */
  constructor(identity: RegistrationOptions, host: RegistrationHost, send: (line: string) => void) {
    this.#host = host;
    this.#send = send;
    this.#options = identity;
    this.#nick = identity.nick;
    this.#nicks = [...(identity.altNicks ?? ['_', '__', '___'].map((end) => identity.nick + end))];
    this.capabilities = new Capabilities(identity.capabilities);
  }

  /** The first lines of a connection, or of one that has just gone over to TLS. */
  begin(): void {
    this.#send('CAP LS 302');
    // In clear, what is secret waits until it is known whether the server demands TLS.
    if (this.#host.tls || this.#options.password === undefined) this.#identify();
  }

  /** Takes a message. @throws FairleadError when the registration has failed. */
  receive(message: Message): void {
    const { command, params } = message;
    if (command === 'CAP') this.#onCap(params);
    else if (command === 'AUTHENTICATE') this.#onAuthenticate(params[0] ?? '');
    else if (/^90[2-8]$/.test(command)) this.#onSaslNumeric(message);
    else if (!this.isWelcome) this.#onOther(message);
  }

  /** Sends the answer to a challenge, in pieces of 400 characters; a piece that is not full, or `+`, is the last. */
  authenticate(response: Uint8Array): void {
    if (this.#sasl !== 'running') return;
    const text = btoa(String.fromCharCode(...response));
    for (let at = 0; at <= text.length; at += CHUNK) {
      this.#send(`AUTHENTICATE ${text.slice(at, at + CHUNK) || '+'}`);
    }
  }

  #onOther(message: Message): void {
    const { command, params } = message;
    if (command === '001') {
      this.isWelcome = true;
      // A server that lets the client in without its login has dropped it on the way.
      if (this.#isSaslRequired && this.#sasl !== 'done') throw this.#noSasl('skipped the login by SASL');
    } else if (/^43[2367]$/.test(command)) this.#onNickRefused(message);
    else if (command === 'NOTICE') this.#onNotice(params.at(-1) ?? '');
    else if (command === '464') throw refusal(message, 'auth');
    else if (/^(46[356]|ERROR)$/.test(command)) throw refusal(message);
    else if (
      !this.#isListed &&
      /^4(10|21|51|61)$/.test(command) &&
      (command === '451' || params[1] === 'CAP')
    ) {
      this.#onListed();
    }
  }

  /** The last words of the server before it let the client in; empty if it said none. */
  get notices(): string {
    return this.#notices.join('\n');
  }

  #onNotice(text: string): void {
    this.#notices.push(text.slice(0, MAX_NOTICE));
    if (this.#notices.length > MAX_NOTICES) this.#notices.shift();
  }

  #identify(): void {
    if (this.#isIdentified) return;
    this.#isIdentified = true;
    const { password, username = this.#options.nick, realname = this.#options.nick } = this.#options;
    if (password !== undefined) {
      if (!this.#mayBeClear) throw inClear();
      this.#send(formatMessage({ command: 'PASS', params: [password] }));
    }
    this.#send(`NICK ${this.#nick}`);
    this.#send(formatMessage({ command: 'USER', params: [username, '0', '*', realname] }));
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
      if (params.length < 4 && !this.#isListed) this.#onListed();
    } else if (verb === 'NEW') {
      capabilities.offer(list);
      if (this.#onOffer()) this.#request();
    } else if (verb === 'DEL') capabilities.withdraw(list);
    else if (verb === 'ACK' || verb === 'NAK') this.#onAnswer(verb, list);
  }

  #onListed(): void {
    this.#isListed = true;
    if (!this.#onOffer()) return;
    this.#request();
    // In one write with the requests: servers hold the registration until CAP END.
    this.#identify();
    this.#goOn();
  }

  /** @returns Whether this connection goes on. */
  #onOffer(): boolean {
    const sts = this.capabilities.offered.get('sts');
    return sts === undefined || !this.#host.demand(readSts(sts));
  }

  #request(
    lists: readonly string[] = this.capabilities.requests(
      this.#host.sasl !== undefined && this.#sasl === 'none',
    ),
  ): void {
    for (const list of lists) {
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
    this.#goOn();
  }

  /** One that the server does not like spoils the whole list, which it may repeat cut short: each is asked for alone. */
  #onRefusedList(names: readonly string[]): void {
    const refused = this.#requests.find((open) => names.some((name) => open.has(name))) ?? this.#requests[0];
    this.#requests = this.#requests.filter((open) => open !== refused);
    if (refused === undefined || refused.size === 1) return;
    this.#request([...refused].filter((name) => this.capabilities.offered.has(name)));
  }

  /** Behind the last answer: the login, and then the end of the negotiation. */
  #goOn(): void {
    if (this.#requests.length > 0 || this.#sasl === 'running') return;
    const { capabilities } = this;
    if (this.#host.sasl && this.#sasl === 'none' && capabilities.has('sasl')) {
      const list = capabilities.offered.get('sasl');
      this.#mechanisms = list ? list.split(',') : undefined;
      this.#startSasl();
      return;
    }
    this.#end();
  }

  #startSasl(): void {
    let mechanism: string;
    try {
      mechanism = this.#host.sasl?.choose(this.#mechanisms, this.#mayBeClear) ?? '';
    } catch (error) {
      this.#giveUp(error);
      return;
    }
    this.#sasl = 'running';
    this.#challenge = '';
    this.#send(`AUTHENTICATE ${mechanism}`);
  }

  #onAuthenticate(chunk: string): void {
    if (this.#sasl !== 'running') return;
    if (chunk !== '+') this.#challenge += chunk;
    if (this.#challenge.length > MAX_CHALLENGE) throw limitError('AUTHENTICATE', MAX_CHALLENGE);
    if (chunk.length === CHUNK) return;
    const text = this.#challenge;
    this.#challenge = '';
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch {
      throw protocolError('a challenge of AUTHENTICATE is not base64');
    }
    this.#host.challenge(bytes);
  }

  #onSaslNumeric(message: Message): void {
    const { command, params } = message;
    if (this.#sasl !== 'running') return;
    if (command === '903') {
      this.#host.sasl?.finish();
      this.#sasl = 'done';
      this.#end();
    } else if (command === '908') {
      // The mechanisms that there are; the failure itself comes behind it.
      this.#mechanisms = (params[1] ?? '').split(',');
      this.#mayRetry = true;
    } else if (command === '904' && this.#mayRetry) {
      this.#mayRetry = false;
      this.#startSasl();
    } else {
      this.#giveUp(refusal(message, 'auth'));
    }
  }

  #giveUp(reason: unknown): void {
    this.#sasl = 'none';
    if (this.#isSaslRequired && !this.isWelcome) throw reason;
    this.#end();
  }

  #end(): void {
    if (this.#isEnded) return;
    if (this.#isSaslRequired && this.#sasl !== 'done') throw this.#noSasl('offers no login by SASL');
    this.#isEnded = true;
    if (this.#hasCap) this.#send('CAP END');
  }

  get #mayBeClear(): boolean {
    return this.#host.tls || this.#options.allowCleartext === true;
  }

  get #isSaslRequired(): boolean {
    return this.#host.sasl !== undefined && this.#options.saslRequired !== false;
  }

  #noSasl(what: string): FairleadError {
    return new FairleadError('auth', `The server ${what} (saslRequired)`);
  }
}
