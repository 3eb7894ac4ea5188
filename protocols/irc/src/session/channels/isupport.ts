// What the server supports (numeric 005), with the defaults of tokens that it does not send, up to a limit of tokens.

import { limitError } from '../../errors.ts';
import { splitOnce } from '../../wire/fields.ts';
import { foldCase } from '../../wire/names/casemap.ts';

const MAX_TOKENS = 512;

/** The ISUPPORT tokens of one connection. */
export class Isupport {
  /** All tokens by name, with their unescaped values. */
  readonly tokens: Map<string, string> = new Map();

  /** Takes the tokens of one 005. @throws FairleadError `limit`. */
  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      const [name, value] = splitOnce(token, '=');
      if (name.startsWith('-')) this.tokens.delete(name.slice(1));
      else this.tokens.set(name, value.replace(/\\x([\da-f]{2})/gi, unescapeHex));
    }
    if (this.tokens.size > MAX_TOKENS) throw limitError('ISUPPORT', MAX_TOKENS);
  }

  /** A nick or channel in lower case, by CASEMAPPING. Default `rfc1459`. */
  fold(name: string): string {
    return foldCase(name, this.tokens.get('CASEMAPPING'));
  }

  /** Whether a target is a channel, by CHANTYPES. Default `#&`. */
  isChannel(target: string): boolean {
    return target !== '' && (this.tokens.get('CHANTYPES') ?? '#&').includes(target.charAt(0));
  }

  /** The prefix modes and their signs, the highest first, by PREFIX. Default `(ov)@+`. */
  get prefixes(): { readonly modes: string; readonly signs: string } {
    const [, modes = '', signs = ''] = /^\((.*)\)(.*)$/.exec(this.tokens.get('PREFIX') ?? '(ov)@+') ?? [];
    return { modes, signs };
  }

  /** The kind of a channel mode, which tells whether it takes a parameter: one of CHANMODES' four lists, or a prefix mode. */
  kindOf(mode: string): 'list' | 'always' | 'set' | 'never' | 'prefix' {
    if (this.prefixes.modes.includes(mode)) return 'prefix';
    const at = (this.tokens.get('CHANMODES') ?? 'beI,k,l,')
      .split(',')
      .findIndex((modes) => modes.includes(mode));
    return (['list', 'always', 'set'] as const)[at] ?? 'never';
  }

  /** The number of a token, or `fallback` if it is missing or no number. */
  number(name: string, fallback: number): number {
    const value = this.tokens.get(name) ?? '';
    return /^\d{1,6}$/.test(value) ? Number(value) : fallback;
  }
}

function unescapeHex(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
