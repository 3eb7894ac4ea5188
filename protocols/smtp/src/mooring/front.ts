// The caller's side of a pooled connection: it plays the server for greeting, EHLO, STARTTLS and AUTH, from what the server said
// when the pool logged in. Everything else goes to the server as it is: the tracker finds out what is owed for it.
import { concat, decodeUtf8Lossy } from '@fairlead/bytes';
import type { Front, FrontStep } from '@fairlead/mooring';
import type { Capabilities, ServerInfo } from '../types.ts';

const encoder = new TextEncoder();
const LF = 10;
const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** The client's goodbye. */
export const QUIT: Uint8Array = /* @__PURE__ */ encoder.encode('QUIT\r\n');
/** A line of the server holds 2,048 bytes at most. */
const MAX_TEXT = 500;
/** Mechanisms that take any secret: it does not leave the caller. */
const AUTH = 'AUTH PLAIN OAUTHBEARER XOAUTH2 EXTERNAL';

/** What the server said at login, as plain values. */
export interface SmtpGreeting {
  readonly text: string;
  readonly name: string;
  /** Whether it knows EHLO. */
  readonly extended: boolean;
  /** Its keywords, each with its parameters; without STARTTLS and AUTH. */
  readonly keywords: readonly string[];
}

/** The greeting of a server. */
export function greetingOf({
  greeting,
  capabilities: { name, extended, extensions },
}: ServerInfo): SmtpGreeting {
  const kept = [...extensions].filter(([keyword]) => keyword !== 'STARTTLS' && keyword !== 'AUTH');
  const keywords = kept.map(([keyword, words]) => [keyword, ...words].join(' '));
  return { text: greeting.slice(0, MAX_TEXT), name, extended, keywords };
}

/** The extensions that this client acts on. */
const ACTED_ON: readonly string[] = [
  '8BITMIME',
  'CHUNKING',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'PIPELINING',
  'REQUIRETLS',
  'SIZE',
  'SMTPUTF8',
];

/** What decides how a client talks to a server: two of the same terms may stand behind one greeting. */
export function termsOf({ extended, extensions }: Capabilities): string {
  const offered = ACTED_ON.filter((keyword) => extensions.has(keyword));
  const lines = offered.map((keyword) => [keyword, ...(extensions.get(keyword) ?? [])].join(' '));
  return [extended ? 'EHLO' : 'HELO', ...lines].join('; ');
}

/** One client's front. */
export class SmtpFront implements Front {
  readonly speaksFirst = true;
  /** Whether the client will turn TLS on by STARTTLS. */
  #needsTls: boolean;
  #greeting: SmtpGreeting | undefined;
  #isLoggedIn = false;
  /** Whether the response of AUTH comes in a line of its own. */
  #isChallenged = false;
  /** A line of the login that has not come whole. */
  #rest: Uint8Array = NOTHING;

  /** @param startTls Whether the client turns TLS on by STARTTLS. */
  constructor(startTls: boolean) {
    this.#needsTls = startTls;
  }

  take(bytes: Uint8Array): readonly FrontStep[] {
    if (this.#isLoggedIn) return [forward(bytes.slice())];
    const all = concat([this.#rest, bytes]);
    const steps: FrontStep[] = [];
    let at = 0;
    for (let end = all.indexOf(LF, at); end >= 0; end = all.indexOf(LF, at)) {
      const [verb = '', , initial] = decodeUtf8Lossy(all.subarray(at, end)).trim().split(' ');
      const own = this.#reply(verb, initial);
      if (own === undefined) {
        // A message may stand behind its commands: no byte of it is touched.
        this.#isLoggedIn = true;
        this.#rest = NOTHING;
        return [...steps, forward(all.slice(at))];
      }
      steps.push({ kind: 'reply', bytes: encode(own) });
      at = end + 1;
    }
    this.#rest = all.slice(at);
    return steps;
  }

  greet(greeting: unknown): Uint8Array {
    this.#greeting = greeting as SmtpGreeting;
    return encode([`220 ${this.#greeting.text}`]);
  }

  #reply(verb: string, initial: string | undefined): readonly string[] | undefined {
    const { name = '', extended = false, keywords = [] } = this.#greeting ?? {};
    if (this.#isChallenged) {
      this.#isChallenged = false;
      return ['235 2.7.0 Welcome'];
    }
    switch (verb) {
      case 'EHLO':
        if (this.#needsTls) return multiline(['250', name, 'STARTTLS']);
        return extended ? multiline(['250', name, ...keywords, AUTH]) : ['502 5.5.1 HELO, please'];
      case 'HELO':
        return [`250 ${name}`];
      case 'STARTTLS':
        this.#needsTls = false;
        return ['220 2.0.0 Go ahead'];
      case 'AUTH':
        this.#isChallenged = initial === undefined;
        return [this.#isChallenged ? '334 ' : '235 2.7.0 Welcome'];
      default:
        return undefined;
    }
  }
}

/** To the server. What follows on a loan leaves whether it is owed an answer or not. */
function forward(bytes: Uint8Array): FrontStep {
  return { kind: 'forward', bytes, trace: 'clean', owed: 1 };
}

function multiline([code = '', ...texts]: readonly string[]): readonly string[] {
  return texts.map((text, i) => `${code}${i === texts.length - 1 ? ' ' : '-'}${text}`);
}

function encode(lines: readonly string[]): Uint8Array {
  return encoder.encode(lines.map((line) => `${line}\r\n`).join(''));
}
