// The caller's side of a pooled connection: it greets as one that is logged in already, and answers ENABLE, from what the server
// said when the pool logged in. Everything else goes to the server as it is: the tracker finds out which answers are owed for it.
import { concat, decodeUtf8Lossy } from '@fairlead/bytes';
import type { Front, FrontStep } from '@fairlead/mooring';
import type { Session } from '../session/session.ts';
import { Flight } from './lines/flight.ts';

const LF = 10;
const MAX_TEXT = 500;
/** What is the pool's own, or is over. */
const LOGIN = /^(?:AUTH=.*|SASL-IR|LOGINDISABLED|STARTTLS|ID|COMPRESS=.*|UNAUTHENTICATE|NOTIFY)$/;
const ENABLE = /^(\S+) ENABLE /;

/** What the server said at login, as plain values. */
export interface ImapGreeting {
  readonly text: string;
  readonly capabilities: readonly string[];
  /** What ENABLE has turned on. */
  readonly enabled: readonly string[];
}

/** The greeting of a session. */
export function greetingOf({ capabilities = new Set(), enabled }: Session, text: string): ImapGreeting {
  return {
    text: text.slice(0, MAX_TEXT),
    capabilities: [...capabilities].filter((name) => !LOGIN.test(name)).sort(),
    enabled: [...enabled].sort(),
  };
}

/** One client's front. */
export class ImapFront implements Front {
  readonly speaksFirst = true;
  #enabled: readonly string[] = [];
  readonly #flight = new Flight();
  #hasBegun = false;
  /** A first line that has not come whole. */
  #rest = new Uint8Array(0);

  take(bytes: Uint8Array): readonly FrontStep[] {
    if (this.#hasBegun) return [this.#forward(bytes.slice())];
    const all = concat([this.#rest, bytes]);
    const end = all.indexOf(LF) + 1;
    this.#rest = all;
    if (end === 0) return [];
    // ENABLE is the first of all commands, where there is one.
    this.#hasBegun = true;
    this.#rest = new Uint8Array(0);
    const [, tag] = ENABLE.exec(decodeUtf8Lossy(all.subarray(0, end))) ?? [];
    if (tag === undefined) return [this.#forward(all)];
    const answer = reply(`* ENABLED ${this.#enabled.join(' ')}\r\n${tag} OK enabled\r\n`);
    return end === all.length ? [answer] : [answer, this.#forward(all.slice(end))];
  }

  /** To the server, as a whole: with part of a command alone a connection would be borrowed in vain. */
  #forward(bytes: Uint8Array): FrontStep {
    return { kind: 'forward', bytes, trace: 'clean', owed: this.#flight.take(bytes) ? 1 : 0 };
  }

  greet(greeting: unknown): Uint8Array {
    const { text, capabilities, enabled } = greeting as ImapGreeting;
    this.#enabled = enabled;
    return new TextEncoder().encode(`* PREAUTH [CAPABILITY ${capabilities.join(' ')}] ${text}\r\n`);
  }
}

function reply(text: string): FrontStep {
  return { kind: 'reply', bytes: new TextEncoder().encode(text) };
}
