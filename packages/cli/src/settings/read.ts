// A gateway's settings as an operator keeps them: a `.dev.vars` of wrangler, a JSON file, or the environment. It reads and does
// not judge them.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { readText } from '../system/read-text.ts';

/** Settings by the names of their variables, and where they come from. */
export interface Settings {
  readonly values: Readonly<Record<string, unknown>>;
  /** A path, or `the environment`. */
  readonly source: string;
}

const DEFAULT_FILE = '.dev.vars';
/** What is no setting of a gateway, though it begins like one. */
const OF_THIS_PROGRAM = /^FAIRLEAD_(TOKEN|TOKEN_FILE|PASSWORD_.*)$/;
const SETTING = /^FAIRLEAD_/;

/**
 * Reads settings: of the file, else of `.dev.vars` in the current folder, else of the environment.
 * @throws CommandError 2 where there are none; no message repeats any of them.
 */
export async function readSettings(file: string | undefined, context: Context): Promise<Settings> {
  if (file !== undefined) return readSettingsFile(file, context);
  const text = await readFile(resolve(context.cwd, DEFAULT_FILE), 'utf8').catch(() => undefined);
  if (text !== undefined) return { values: parseSettings(text, DEFAULT_FILE), source: DEFAULT_FILE };
  const values = fromEnvironment(context);
  if (values === undefined) {
    throw usageError(
      `There are no settings: no file was named, none is called ${DEFAULT_FILE} here, and the environment has none.`,
      'Name the file: fairlead check production.vars',
    );
  }
  return { values, source: 'the environment' };
}

/** Reads the settings of a file. @throws CommandError 2 */
export async function readSettingsFile(file: string, { cwd }: Context): Promise<Settings> {
  const path = resolve(cwd, file);
  const text = await readText(path);
  if (/\.(toml|jsonc)$/.test(file)) {
    throw usageError(
      `${file} is a configuration of wrangler, in which secrets do not stand.`,
      'Name a file with the variables: NAME=VALUE in each line, as .dev.vars has them, or one JSON object.',
    );
  }
  return { values: parseSettings(text, file), source: file };
}

/** All of the environment, since settings may name secrets there; undefined where it holds no setting. */
function fromEnvironment({ env }: Context): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(env).filter(([name]) => !OF_THIS_PROGRAM.test(name));
  return entries.some(([name]) => SETTING.test(name)) ? Object.fromEntries(entries) : undefined;
}

function parseSettings(text: string, source: string): Readonly<Record<string, unknown>> {
  if (!text.trimStart().startsWith('{')) return { ...parseEnv(text) };
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's words, which repeat the text.
    throw usageError(
      `${source} begins like JSON and is none.`,
      'It is one object: { "FAIRLEAD_TOKENS": [...], ... }',
    );
  }
}
