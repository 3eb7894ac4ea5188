// The classes of commands that the table does not know (modules' and newer ones), by the server's `COMMAND INFO`. Where it
// is not clear that a command reads or writes the keys that it names, and nothing else, the class is `admin`.
import { isFairleadError } from '@fairlead/errors';
import type { CommandClass } from '../../commands/table/entry.ts';
import type { Reply } from '../../wire/messages.ts';
import { listOf, textOf } from '../../wire/reply-shapes.ts';
import { type Word, wordOf, words } from '../../wire/words.ts';

/** How long an answer is kept: a module may be loaded, or a server replaced by a newer one. */
const GOOD_FOR_MS = 300_000;
const MAX_SERVERS = 64;
const MAX_NAMES = 1024;

/** Flags and categories of commands that do more than read or write keys. */
const MORE_THAN_KEYS = words(
  'ADMIN BLOCKING NOSCRIPT PUBSUB ASKING NO_MANDATORY_KEYS NO_AUTH',
  '@ADMIN @DANGEROUS @SCRIPTING @BLOCKING @CONNECTION @TRANSACTION @PUBSUB',
);

/**
 * The class that an entry of `COMMAND INFO` stands for
 * (https://redis.io/docs/latest/commands/command/: name, arity, flags, first key, last key, step, categories, tips,
 * key specifications, subcommands).
 */
function classOfEntry(entry: Reply | undefined): CommandClass {
  const [, , flags, firstKey, , , categories, , keys, subcommands] = listOf(entry);
  const marks = [...listOf(flags), ...listOf(categories)].map((mark) => wordOf(textOf(mark)));
  const has = (name: string): boolean => marks.some((mark) => mark === name);
  const namesKeys = Number(firstKey) > 0 || has('MOVABLEKEYS') || listOf(keys).length > 0;
  if (!namesKeys || listOf(subcommands).length > 0 || marks.some((mark) => MORE_THAN_KEYS.has(mark))) {
    return 'admin';
  }
  if (has('WRITE')) return has('READONLY') ? 'admin' : 'write';
  return has('READONLY') ? 'read' : 'admin';
}

interface Known {
  readonly until: number;
  readonly classes: Map<Word, CommandClass>;
}

/** The answers of servers about their commands, kept for some minutes. */
export class CommandInfo {
  readonly #servers = new Map<string, Known>();

  /**
   * The classes of commands, by name, or `undefined` where the server must be asked.
   * @param server The server's address and the user, as one text.
   * @param now Milliseconds of the clock.
   */
  known(server: string, names: readonly Word[], now: number): CommandClass[] | undefined {
    const { classes } = this.#of(server, now);
    const found = names.map((name) => classes.get(name)).filter((each) => each !== undefined);
    return found.length === names.length ? found : undefined;
  }

  /**
   * Asks the server for the classes of commands, by one command for all of them.
   * @param ask Sends a command.
   * @returns `admin` for a name that the server does not know, and for all where it does not answer COMMAND.
   * @throws FairleadError As `ask`, except `server`.
   */
  async learn(
    server: string,
    names: readonly Word[],
    ask: (command: readonly string[]) => Promise<Reply>,
    now: number,
  ): Promise<CommandClass[]> {
    const entries = listOf(await ask(['COMMAND', 'INFO', ...names]).catch(refusal));
    const { classes } = this.#of(server, now);
    return names.map((name, index) => {
      const found = classOfEntry(entries[index]);
      if (classes.size < MAX_NAMES) classes.set(name, found);
      return found;
    });
  }

  #of(server: string, now: number): Known {
    const known = this.#servers.get(server);
    if (known !== undefined && known.until > now) return known;
    const fresh = { until: now + GOOD_FOR_MS, classes: new Map<Word, CommandClass>() };
    if (this.#servers.size >= MAX_SERVERS) this.#servers.clear();
    this.#servers.set(server, fresh);
    return fresh;
  }
}

/** Where COMMAND is forbidden or renamed, the server tells nothing. */
function refusal(error: unknown): Reply {
  if (isFairleadError(error) && error.code === 'server') return null;
  throw error;
}
