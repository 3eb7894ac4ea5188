// The text of `--help`: from a command's description to lines of at most 100 columns.
import type { Command } from '../command.ts';
import type { Flags } from './parse.ts';

const EXIT_CODES = `Exit codes: 0 done, 1 it ran and something failed or was found wrong, 2 it was called wrongly.`;

/** The help of one command. */
export function commandHelp(command: Command, flags: Flags): string {
  const usage = command.synopsis.map((line) => `  fairlead ${line}`).join('\n');
  const examples = command.examples.map((line) => `  ${line}`).join('\n');
  return [
    `${command.summary}\n\nUsage:\n${usage}`,
    command.about.trim(),
    `Flags:\n${flagTable(flags)}`,
    `Examples:\n${examples}`,
    EXIT_CODES,
  ].join('\n\n');
}

/** The help of the program. */
export function programHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return [
    'fairlead: local ports through a Fairlead gateway, and tools for its operators',
    `Usage:\n  fairlead COMMAND ...\n\nCommands:\n${table(rows)}`,
    'Flags of every command:\n  --json       one JSON object a line\n  -h, --help   what the command does\n  --version    of this program',
    'Environment:\n  FAIRLEAD_TOKEN        the token for the gateway; never an argument\n  FAIRLEAD_TOKEN_FILE   a file that holds it\n  NO_COLOR              any value: no colours',
    EXIT_CODES,
  ].join('\n\n');
}

function flagTable(flags: Flags): string {
  return table(
    Object.entries(flags).map(([name, { value, short, help }]) => {
      const long = `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`;
      return [long, help];
    }),
  );
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`).join('\n');
}
