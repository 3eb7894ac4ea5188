// A file that the user has named, as text.
import { readFile } from 'node:fs/promises';
import { usageError } from '../errors.ts';

/**
 * Reads a file.
 * @param what What it is, for the message.
 * @throws CommandError 2, with the system's code.
 */
export async function readText(path: string, what = `The file ${path}`): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw usageError(`${what} cannot be read: ${why}.`);
  }
}
