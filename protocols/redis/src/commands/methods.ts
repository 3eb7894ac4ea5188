// Makes the methods of clients and transactions from the command table. It knows neither connections nor transactions.
import type { Arg } from '../wire/messages.ts';
import { entries, listOf, type ReplyShape, record, score, scored, truth } from '../wire/reply-shapes.ts';
import { appendArguments } from './arguments.ts';
import { COLLECTIONS } from './table/collections.ts';
import type { MethodsOf } from './table/entry.ts';
import { KEYS } from './table/keys.ts';
import { ORDERED } from './table/ordered.ts';

/** Every command that clients have as a method, by the method's name. Its type keeps the entries' doc comments. */
export const COMMANDS: typeof KEYS & typeof COLLECTIONS & typeof ORDERED = {
  ...KEYS,
  ...COLLECTIONS,
  ...ORDERED,
};

/**
 * The typed commands. `T` is `string`, or `Uint8Array` behind `with({ as: 'bytes' })`.
 * Everything else goes through `send`.
 * @throws FairleadError (all of them): `server` for an error reply, `usage` for an argument that the command does not
 *   take, and what a connection throws.
 */
export interface Commands<T> extends MethodsOf<typeof COMMANDS, T> {}

/** The same commands as they are queued in a transaction, whose replies come from its `exec()`. */
export type Queued<Self> = {
  readonly [Name in keyof Commands<string>]: (...args: Parameters<Commands<string>[Name]>) => Self;
};

/** Has the methods: a client sends the commands, a transaction collects them. */
export interface MethodHost {
  run(command: Arg[], shape?: ReplyShape): unknown;
  /** Gives the caller the mistake in its arguments. */
  refuse(mistake: unknown): unknown;
}

const SHAPES: Readonly<Record<string, ReplyShape>> = { truth, list: listOf, record, score, scored, entries };

/** Only the first argument is needed, and it may be any text. */
const TAKES_ONE_TEXT = /^\S+ (key|value)s?( [?{]\S+)*$/;

/** Gives `prototype` the typed commands; they call its `run`, or its `refuse` for what is no argument. */
export function defineCommands(prototype: MethodHost): void {
  for (const [name, entry] of Object.entries(COMMANDS)) {
    Object.defineProperty(prototype, name, { value: method(name, entry) });
  }
}

/** The command of a method; and the word of it that stands behind all arguments, as in `zrangeWithScores`. */
export function commandOf(method: string): readonly [command: string, ending: string | undefined] {
  const [command = '', ending] = method.split(/(?=WithScores)/);
  return [command.toUpperCase(), ending?.toUpperCase()];
}

function method(name: string, entry: string): (...args: unknown[]) => unknown {
  const [command, ending] = commandOf(name);
  const [head = '', shapeName = ''] = entry.split(' = ');
  const shape = SHAPES[shapeName];
  const takesOneText = TAKES_ONE_TEXT.test(head);
  let kinds: string[] | undefined;
  return function (this: MethodHost, ...args: unknown[]): unknown {
    const [first] = args;
    // The commonest command needs nothing of what follows.
    if (takesOneText && args.length === 1 && typeof first === 'string')
      return this.run([command, first], shape);
    // Read when it is used first: a Worker that starts pays for none of it.
    kinds ??= head.split(' ').slice(1);
    const parts: Arg[] = [command];
    try {
      appendArguments(parts, name, kinds, args);
    } catch (mistake) {
      return this.refuse(mistake);
    }
    if (ending !== undefined) parts.push(ending);
    return this.run(parts, shape);
  };
}
