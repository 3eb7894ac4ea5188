// Which scope a command needs over HTTP, as far as the command table knows it. What the table does not know, the server may
// say (command-info.ts); else it needs the highest: a new command is no loophole.
import { COMMANDS, commandOf } from '../../commands/methods.ts';
import type { CommandClass } from '../../commands/table/entry.ts';
import { RESTRICTED } from '../../commands/table/restricted.ts';
import { WITHOUT_METHOD } from '../../commands/table/without-method.ts';
import type { Arg } from '../../wire/messages.ts';
import { isWord, type Word, wordOf, words } from '../../wire/words.ts';

/** The class of each command by its name, as in `GET`, `XINFO|STREAM`, `XINFO|*`. */
const CLASSES = new Map<Word, CommandClass>();

/** Options that make a command `admin`, and how many arguments come before the first option. */
const ADMIN_OPTIONS = new Map<Word, { readonly option: string; readonly from: number }>();

function add(scope: CommandClass, names: string): void {
  for (const name of words(names)) CLASSES.set(name, scope);
}

for (const [scope, lines] of Object.entries(WITHOUT_METHOD)) add(scope as CommandClass, lines.join(' '));
for (const row of RESTRICTED) {
  const [scope, , ...names] = row.split(' ');
  add(scope as CommandClass, names.join(' '));
}
for (const [method, entry] of Object.entries(COMMANDS)) {
  const [name] = commandOf(method);
  const [head = '', ...rest] = entry.split(' ');
  const [scope, option] = head.split('/');
  add(scope as CommandClass, name);
  if (option === undefined) continue;
  const from = 1 + rest.findIndex((word) => word.startsWith('{'));
  for (const word of words(name)) ADMIN_OPTIONS.set(word, { option, from });
}

/** Commands of several: their second word decides. */
const CONTAINERS: ReadonlySet<Word> = new Set(
  [...CLASSES.keys()].filter((name) => name.endsWith('|*')).map((name) => name.slice(0, -2) as Word),
);

/**
 * The name of a command as the table, a connection's `deny` and the server spell it: `GET`, `XINFO|STREAM`.
 * @param args Its name and arguments.
 */
export function nameOf(args: readonly Arg[]): Word {
  const name = wordOf(args[0]);
  return CONTAINERS.has(name) ? (`${name}|${wordOf(args[1])}` as Word) : name;
}

/** The name of a command for audit lines. What the table does not know may be anything, a value in the wrong place too. */
export function auditNameOf(args: readonly Arg[]): string {
  const name = nameOf(args);
  return CLASSES.has(name) ? name : 'OTHER';
}

/**
 * The class of a command, or `undefined` for a name that is not Redis's own.
 * `admin` is also what leaves the connection's database (`SELECT`, `MOVE`, `COPY ... DB`).
 */
export function classOf(args: readonly Arg[]): CommandClass | undefined {
  const name = nameOf(args);
  const special = ADMIN_OPTIONS.get(name);
  if (special !== undefined && args.slice(special.from).some((arg) => isWord(arg, special.option)))
    return 'admin';
  return CLASSES.get(name) ?? (CONTAINERS.has(wordOf(args[0])) ? 'admin' : undefined);
}
