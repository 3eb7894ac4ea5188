// The words for a gateway that cannot be reached.
import { CommandError, failure } from '../errors.ts';
import { printable } from './refusal.ts';

const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be resolved at the moment',
  ETIMEDOUT: 'there was no answer',
  ECONNRESET: 'it broke off the connection',
};

/** The words for a gateway that cannot be reached, or that answers no WebSocket. */
export function unreachable({ host }: URL, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  // Node gathers the failures of several addresses under an error without words.
  const words = SYSTEM[code] ?? ((error instanceof Error && error.message) || code);
  return failure(`The gateway ${host} cannot be reached: ${printable(words)}.`);
}
