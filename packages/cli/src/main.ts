// From the program's arguments to an exit code: which command, its help, its run, and the words for what it throws.
import { commandHelp, programHelp } from './arguments/help.ts';
import { nearest } from './arguments/nearest.ts';
import { type Flags, parseArguments } from './arguments/parse.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Context } from './context.ts';
import { asCommandError, type CommandError, EXIT, type ExitCode, usageError } from './errors.ts';
import { Output } from './output/output.ts';
import { version } from './version.ts';

/** Flags that every command has. */
const COMMON: Flags = {
  json: { help: 'print one JSON object a line, errors too' },
  help: { short: 'h', help: 'this text' },
};

/**
 * Runs the program.
 * @param args What stands behind the program's name.
 */
export async function main(args: readonly string[], context: Context): Promise<ExitCode> {
  // Known before the arguments are read, so that what is wrong with them is JSON too.
  const output = new Output(context, args.includes('--json'));
  try {
    return await dispatch(args, output, context);
  } catch (error) {
    const told = asCommandError(error);
    output.error(told);
    return told.exitCode;
  }
}

async function dispatch(args: readonly string[], output: Output, context: Context): Promise<ExitCode> {
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => words[i] === word));
  if (command !== undefined) return runCommand(command, words, output, context);
  const first = words.find((word) => word !== '--json');
  if (first === '--version') {
    output.result({ event: 'version', version: version() }, version());
    return EXIT.ok;
  }
  if (first === '--help' || first === '-h') {
    context.stdout.write(`${programHelp(COMMANDS)}\n`);
    return EXIT.ok;
  }
  throw unknownCommand(words);
}

function runCommand(
  command: Command,
  words: readonly string[],
  output: Output,
  context: Context,
): Promise<ExitCode> | ExitCode {
  const flags = { ...command.flags, ...COMMON };
  const behind = words.slice(command.name.split(' ').length);
  // Help comes first, whatever else is wrong with the arguments.
  if (behind.includes('--help') || behind.includes('-h')) {
    context.stdout.write(`${commandHelp(command, flags)}\n`);
    return EXIT.ok;
  }
  return command.run(parseArguments(behind, flags), output, context);
}

function unknownCommand(words: readonly string[]): CommandError {
  const names = COMMANDS.map(({ name }) => name);
  const all = `The commands are: ${names.join(', ')}. More: fairlead --help`;
  const [first, second] = words;
  if (first === undefined) return usageError('A command is missing.', all);
  if (first.startsWith('-')) return usageError('The command comes first, its flags behind it.', all);
  const group = names.filter((name) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const what = second === undefined ? 'needs a second word' : 'does not have that second word';
    return usageError(`The command "${first}" ${what}.`, `There is: ${group.join(', ')}`);
  }
  const meant = nearest(first, [...names, ...names.map((name) => name.split(' ')[0] ?? '')]);
  return usageError(
    `There is no command "${first}".`,
    meant === undefined ? all : `Did you mean: fairlead ${meant}`,
  );
}
