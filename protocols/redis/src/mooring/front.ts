// The caller's side of a pooled connection: it answers the login from what the pool knows, counts commands, and finds those that
// need a connection of their own. A command is held back until it is whole.
import { concat } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import type { Front, FrontStep, Trace } from '@fairlead/mooring';
import { COMMANDS, commandOf } from '../commands/methods.ts';
import { isRestricted } from '../commands/send-rules.ts';
import { WITHOUT_METHOD } from '../commands/table/without-method.ts';
import { protocolError } from '../errors.ts';
import type { ServerInfo } from '../wire/messages.ts';
import { type Word, wordOf, words } from '../wire/words.ts';

const LF = 10;
const ZERO = 48;
const OK = '+OK\r\n';
const encoder = new TextEncoder();
/** Commands behind which a connection is not what it was, and which `send` knows no rule for. */
const OF_SESSION = words('AUTH SELECT HELLO RESET QUIT CLIENT ASKING READONLY READWRITE DEBUG');
/**
 * Commands of which it is known that each has one answer and changes nothing of its connection. Whatever else there is may have none
 * (`REPLCONF ACK`), and would shift all answers behind it to other callers.
 */
const ANSWERED = /* @__PURE__ */ words(
  ...Object.keys(COMMANDS).map((method) => commandOf(method)[0]),
  ...WITHOUT_METHOD.read,
  ...WITHOUT_METHOD.write,
  ...WITHOUT_METHOD.script,
);

const SUBSCRIPTIONS = /* @__PURE__ */ words(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE',
);
/** In RESP2 messages look like replies, which a pool counts. */
const NEEDS_RESP3 =
  'Subscriptions on a mooring need protocol 3: messages of protocol 2 cannot be told from replies';

/** One whole command among bytes. */
interface Found {
  readonly end: number;
  readonly words: readonly Uint8Array[];
}

/** One client's front. */
export class RedisFront implements Front {
  /** How many commands of the login are still to come. */
  #login: number;
  readonly #before: number;
  readonly #behind: number;
  /** Whether the connection is the client's own by now. */
  #isSession = false;
  #isInMulti = false;
  /** The server's, once it has greeted. */
  #protocol: number | undefined;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** How many bytes there must be before it is worth looking again. */
  #wanted = 0;

  /**
   * @param before How many commands the client's login has in front of HELLO.
   * @param behind How many it has behind it.
   */
  constructor(before: number, behind: number) {
    this.#before = before;
    this.#behind = behind;
    this.#login = before + 1 + behind;
  }

  take(bytes: Uint8Array): readonly FrontStep[] {
    this.#rest.push(bytes.slice());
    this.#restBytes += bytes.length;
    if (this.#restBytes < this.#wanted) return [];
    const all = this.#rest.length === 1 ? (this.#rest[0] as Uint8Array) : concat(this.#rest);
    const steps: FrontStep[] = [];
    let at = 0;
    let owed = 0;
    let from = 0;
    for (let found = this.#find(all, at); found !== undefined; found = this.#find(all, at)) {
      at = found.end;
      if (this.#login > 0) {
        this.#login -= 1;
        from = at;
        if (this.#login === 0) steps.push({ kind: 'login' });
        continue;
      }
      owed += this.#weigh(found.words);
    }
    this.#rest = at < all.length ? [all.slice(at)] : [];
    this.#restBytes = all.length - at;
    const trace: Trace = this.#isSession || this.#isInMulti ? 'session' : 'clean';
    this.#isSession ||= trace === 'session';
    if (at > from) steps.push({ kind: 'forward', bytes: all.subarray(from, at), trace, owed });
    return steps;
  }

  /** @returns How many replies the command has: those to subscriptions are pushes in RESP3. */
  #weigh([name, second]: readonly Uint8Array[]): 0 | 1 {
    const word = wordOf(name);
    const isSubscription = SUBSCRIPTIONS.has(word);
    if (isSubscription && this.#protocol === 2) throw usage(NEEDS_RESP3);
    if (word === 'MULTI') this.#isInMulti = true;
    else if (word === 'EXEC' || word === 'DISCARD') this.#isInMulti = false;
    else if (!isAnswered(word, second) || OF_SESSION.has(word) || isRestricted(word, second))
      this.#isSession = true;
    return isSubscription ? 0 : 1;
  }

  /** The command at `at` if it has come whole, with its first two words. */
  #find(bytes: Uint8Array, at: number): Found | undefined {
    this.#wanted = 0;
    const head = number(bytes, at);
    if (head === undefined) return undefined;
    const first: Uint8Array[] = [];
    let end = head.end;
    for (let i = 0; i < head.value; i++) {
      const length = number(bytes, end);
      if (length === undefined) return undefined;
      end = length.end + length.value + 2;
      if (i < 2) first.push(bytes.subarray(length.end, length.end + length.value));
      if (end <= bytes.length) continue;
      this.#wanted = end - at;
      return undefined;
    }
    return { end, words: first };
  }

  greet(greeting: unknown): Uint8Array {
    const server = greeting as ServerInfo;
    this.#protocol = server.protocol;
    const hello = HELLOS.get(server) ?? helloOf(server);
    HELLOS.set(server, hello);
    return encoder.encode(OK.repeat(this.#before) + hello + OK.repeat(this.#behind));
  }
}

function isAnswered(word: Word, second: Uint8Array | undefined): boolean {
  return ANSWERED.has(word) || ANSWERED.has(`${word}|${wordOf(second)}` as Word);
}

/** What each server answers to HELLO: all clients of an isolate have the same greeting. */
const HELLOS = /* @__PURE__ */ new WeakMap<ServerInfo, string>();

function helloOf({ name, version, protocol }: ServerInfo): string {
  const facts = [bulk('server'), bulk(name), bulk('version'), bulk(version), bulk('proto')];
  return `${protocol === 3 ? '%3' : '*6'}\r\n${facts.join('')}:${protocol}\r\n`;
}

function bulk(text: string): string {
  return `$${encoder.encode(text).length}\r\n${text}\r\n`;
}

/** The number in the line that begins behind a type byte at `at`; `undefined` where it has not come whole. */
function number(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const lf = bytes.indexOf(LF, at);
  if (lf < 0) return undefined;
  let value = 0;
  for (let i = at + 1; i < lf - 1; i++) value = value * 10 + (bytes[i] ?? 0) - ZERO;
  if (!Number.isSafeInteger(value) || value < 0) throw protocolError('a command with an impossible length');
  return { value, end: lf + 1 };
}
