// Encodes commands (RFC 9051 section 6) as the steps in which they are sent. What cannot be sent is refused, never changed.

import { usage } from '@fairlead/errors';
import type { Argument, CommandStep, EncodeAbilities, TextArgument } from './arguments.ts';

/** LITERAL- (RFC 7888 section 5). */
const MAX_MINUS = 4_096;
/** Longer strings go as literals: RFC 2683 section 3.2.1.5 warns of long lines. */
const MAX_QUOTED = 1_000;

/**
 * A command with its tag and its CRLF.
 * @throws FairleadError `usage` for CR, LF and NUL in a string, and for text that is no Unicode.
 */
export function encodeCommand(
  tag: string,
  args: readonly Argument[],
  abilities: EncodeAbilities,
): CommandStep[] {
  const steps = new Steps(abilities);
  steps.raw(tag);
  for (const argument of args) {
    steps.raw(' ');
    steps.argument(argument);
  }
  steps.raw('\r\n');
  return steps.finish();
}

class Steps {
  readonly #abilities: EncodeAbilities;
  readonly #steps: CommandStep[] = [];
  #text = '';

  constructor(abilities: EncodeAbilities) {
    this.#abilities = abilities;
  }

  raw(text: string): void {
    this.#text += text;
  }

  argument(argument: Argument): void {
    if (typeof argument === 'string') {
      if (!/^[ -~]*$/.test(argument)) throw usage('An IMAP atom must be printable ASCII');
      this.raw(argument);
    } else if ('text' in argument) this.#string(argument);
    else if ('bytes' in argument) {
      const { bytes, isBinary = false } = argument;
      if (!isBinary && bytes.includes(0)) throw usage('An IMAP literal must not hold NUL');
      this.#literal(bytes.length, isBinary);
      this.#bytes(bytes);
    } else if ('externalSize' in argument) {
      this.#literal(argument.externalSize, argument.isBinary ?? false);
      this.#flush();
      this.#steps.push({ type: 'external', size: argument.externalSize });
    } else {
      this.raw('(');
      for (const [at, member] of argument.entries()) {
        if (at > 0) this.raw(' ');
        this.argument(member);
      }
      this.raw(')');
    }
  }

  finish(): CommandStep[] {
    this.#flush();
    return this.#steps;
  }

  #string({ text }: TextArgument): void {
    if (/[\r\n\0]/.test(text) || !text.isWellFormed()) {
      throw usage('An IMAP string must be Unicode without CR, LF and NUL');
    }
    const quotable = this.#abilities.utf8 ? /^\P{Cc}*$/u : /^[ -~]*$/;
    if (text.length <= MAX_QUOTED && quotable.test(text)) {
      this.raw(`"${text.replace(/["\\]/g, '\\$&')}"`);
      return;
    }
    const bytes = new TextEncoder().encode(text);
    this.#literal(bytes.length, false);
    this.#bytes(bytes);
  }

  #literal(size: number, isBinary: boolean): void {
    const { literals } = this.#abilities;
    const isImmediate = literals === 'plus' || (literals === 'minus' && size <= MAX_MINUS);
    this.raw(`${isBinary ? '~' : ''}{${size}${isImmediate ? '+' : ''}}\r\n`);
    if (isImmediate) return;
    this.#flush();
    this.#steps.push({ type: 'continuation' });
  }

  #bytes(bytes: Uint8Array): void {
    this.#flush();
    this.#steps.push({ type: 'bytes', bytes });
  }

  #flush(): void {
    if (this.#text === '') return;
    this.#steps.push({ type: 'bytes', bytes: new TextEncoder().encode(this.#text) });
    this.#text = '';
  }
}
