// The token for the gateway: from the environment, or from a file that it names. Never from the arguments.
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { readText } from '../system/read-text.ts';

const ADVICE =
  'Put the token into the variable FAIRLEAD_TOKEN, or into a file that FAIRLEAD_TOKEN_FILE names.';
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/**
 * Reads the token.
 * @param file A file that takes precedence over the environment.
 * @returns undefined where there is none.
 * @throws CommandError 2; no message repeats any of the token.
 */
export async function readToken({ env, cwd }: Context, file?: string): Promise<string | undefined> {
  const { FAIRLEAD_TOKEN: text, FAIRLEAD_TOKEN_FILE: named } = env;
  if (file !== undefined) return checked(await readSecret(resolve(cwd, file)), file);
  if (text && named) {
    throw usageError('FAIRLEAD_TOKEN and FAIRLEAD_TOKEN_FILE are both set.', 'Unset one of them.');
  }
  if (named) return checked(await readSecret(resolve(cwd, named)), named);
  return text ? checked(text, 'FAIRLEAD_TOKEN') : undefined;
}

/** The same, where the gateway needs one. */
export async function requireToken(context: Context, file?: string): Promise<string> {
  const token = await readToken(context, file);
  if (token === undefined) throw usageError('The gateway needs a token, and none is set.', ADVICE);
  return token;
}

function readSecret(path: string): Promise<string> {
  return readText(path, `The file of the token, ${path},`);
}

function checked(text: string, where: string): string {
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  const what = token === '' ? 'is empty' : 'holds more than a token, or a character that no header can carry';
  throw usageError(`${where} ${what}.`, 'A token is one word of visible ASCII characters.');
}
