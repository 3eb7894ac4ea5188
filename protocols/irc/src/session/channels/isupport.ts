// What the server supports (numeric 005). It knows defaults for what was not said, and keeps no more than a cap of it.

import { limitError } from '../../errors.ts';
import { foldCase } from '../../wire/casemap.ts';
import { splitOnce } from '../../wire/fields.ts';

const MAX_TOKENS = 512;

/** ISUPPORT tokens, and the ones that matter here read. */
export class Isupport {
  /** All tokens as they came, values unescaped. */
  readonly tokens: Map<string, string> = new Map();

  /** Takes the parameters of a 005 without the nick and the words behind them. @throws FairleadError `limit`. */
  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      const [name, value] = splitOnce(token, '=');
      if (name.startsWith('-')) this.tokens.delete(name.slice(1));
      else this.tokens.set(name, value.replace(/\\x([\da-f]{2})/gi, unescapeHex));
    }
    if (this.tokens.size > MAX_TOKENS) throw limitError('ISUPPORT', MAX_TOKENS);
  }

  /** A name's lower case, as CASEMAPPING (default `rfc1459`) says. */
  fold(name: string): string {
    return foldCase(name, this.tokens.get('CASEMAPPING'));
  }

  /** Whether a target is a channel: CHANTYPES, default `#&`. */
  isChannel(target: string): boolean {
    return target !== '' && (this.tokens.get('CHANTYPES') ?? '#&').includes(target.charAt(0));
  }

  /** The prefix modes and their signs, the highest first: PREFIX, default `(ov)@+`. */
  get prefixes(): { readonly modes: string; readonly signs: string } {
    const [, modes = '', signs = ''] = /^\((.*)\)(.*)$/.exec(this.tokens.get('PREFIX') ?? '(ov)@+') ?? [];
    return { modes, signs };
  }

  /** Whether a channel mode takes a parameter, and of which kind: CHANMODES' four lists, and the prefix modes. */
  kindOf(mode: string): 'list' | 'always' | 'set' | 'never' | 'prefix' {
    if (this.prefixes.modes.includes(mode)) return 'prefix';
    const at = (this.tokens.get('CHANMODES') ?? 'beI,k,l,')
      .split(',')
      .findIndex((modes) => modes.includes(mode));
    return (['list', 'always', 'set'] as const)[at] ?? 'never';
  }

  /** A number's value, or the default where it is missing or none. */
  number(name: string, fallback: number): number {
    const value = this.tokens.get(name) ?? '';
    return /^\d{1,6}$/.test(value) ? Number(value) : fallback;
  }
}

function unescapeHex(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
