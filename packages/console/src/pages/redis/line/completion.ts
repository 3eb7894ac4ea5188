// What the command line offers while a name is typed.
import type { KnownCommand } from './known-commands.ts';

/** More are not offered at once. */
const MOST = 8;

/** The commands whose names begin with what is typed; none once a name is whole and more follows. */
export function offersFor(line: string, commands: readonly KnownCommand[]): readonly KnownCommand[] {
  const typed = line.trimStart().toUpperCase();
  if (typed === '') return [];
  return commands.filter(({ name }) => name.startsWith(typed) && name !== typed).slice(0, MOST);
}

/** The command whose name the line begins with, for the hint of what follows. */
export function commandOf(line: string, commands: readonly KnownCommand[]): KnownCommand | undefined {
  const typed = `${line.trimStart().toUpperCase().replaceAll(/\s+/g, ' ')} `;
  return commands
    .filter(({ name }) => typed.startsWith(`${name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
}
