// Scripts that were written for Upstash's server: removes the one flag that Redis does not know. It runs no script.
import { concat } from '@fairlead/bytes';
import type { Arg } from '../../wire/messages.ts';
import { isWord, wordOf } from '../../wire/words.ts';

/** Upstash locks a script's keys alone with it; Redis runs scripts one by one, and refuses a flag that it does not know. */
const FLAG = 'allow-key-locking';

const FLAGS = 'flags=';

/** How many characters of the first line are looked at. */
const MAX_SHEBANG = 256;

/**
 * The command with `allow-key-locking` taken off the first line of its script, `#!lua flags=...`. `@upstash/ratelimit`
 * sends scripts with it. Everything else stays, the number of lines included.
 */
export function withoutUpstashFlag<A extends Arg>(
  command: readonly A[],
): readonly (A | string | Uint8Array)[] {
  const name = wordOf(command[0]);
  const isLoad = name === 'SCRIPT' && isWord(command[1], 'LOAD');
  if (!isLoad && name !== 'EVAL' && name !== 'EVAL_RO') return command;
  const at = isLoad ? 2 : 1;
  const script = command[at];
  if (typeof script !== 'string' && !(script instanceof Uint8Array)) return command;
  return command.with(at, stripped(script) as A);
}

function stripped(script: string | Uint8Array): string | Uint8Array {
  const head =
    typeof script === 'string' ? script.slice(0, MAX_SHEBANG) : decodeLatin1(script.subarray(0, MAX_SHEBANG));
  const end = head.indexOf('\n');
  // Without an end, this is no first line of a script.
  const line = head.slice(0, Math.max(end, 0));
  if (!line.startsWith('#!lua') || !line.includes(FLAG)) return script;
  const parts = line.split(' ').map(shorter);
  const short = parts.filter((part) => part !== FLAGS).join(' ');
  if (typeof script === 'string') return short + script.slice(end);
  return concat([encodeLatin1(short), script.subarray(end)]);
}

/** `flags=a,allow-key-locking` without it. */
function shorter(part: string): string {
  if (!part.startsWith(FLAGS)) return part;
  const flags = part.slice(FLAGS.length).trimEnd().split(',');
  return FLAGS + flags.filter((flag) => flag !== FLAG).join(',');
}

function encodeLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

function decodeLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
