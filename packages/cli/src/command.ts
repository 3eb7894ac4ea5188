// What a command is: its words for the help, its flags, and what it does. Types only.
import type { Arguments, Flags } from './arguments/parse.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './errors.ts';
import type { Output } from './output/output.ts';

/** One command of the program. */
export interface Command {
  /** One word or two: `tunnel`, `token new`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Its forms, each behind `fairlead`. */
  readonly synopsis: readonly string[];
  /** Paragraphs for `--help`. */
  readonly about: string;
  readonly flags: Flags;
  readonly examples: readonly string[];
  /** @throws CommandError */
  run(given: Arguments, output: Output, context: Context): Promise<ExitCode>;
}
