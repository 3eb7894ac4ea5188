// What a value's bytes can be looked at as, and typed as.
import { type Argument, argumentOf, bytesOf } from '../../wire/argument.ts';

/** How a value is looked at. */
export type Form = 'text' | 'json' | 'hex';

/** How a value is typed. */
export type TypedForm = 'text' | 'hex';

/** The JSON that a text is; undefined where it is none, or a mere number or text. */
export function jsonIn(value: Argument): object | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The form that says most. */
export function bestForm(value: Argument): Form {
  if (typeof value !== 'string') return 'hex';
  return jsonIn(value) === undefined ? 'text' : 'json';
}

/** Bytes as pairs of digits, sixteen a line. */
export function hexOf(value: Argument): string {
  const pairs = Array.from(bytesOf(value), (byte) => byte.toString(16).padStart(2, '0'));
  const lines: string[] = [];
  for (let i = 0; i < pairs.length; i += 16) lines.push(pairs.slice(i, i + 16).join(' '));
  return lines.join('\n');
}

/** The argument that was typed; undefined where it is no hexadecimal. */
export function typedArgument(text: string, form: TypedForm): Argument | undefined {
  if (form === 'text') return text.isWellFormed() ? text : undefined;
  const digits = text.replaceAll(/\s/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return undefined;
  return argumentOf(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** What is typed to get an argument. */
export function typedFrom(value: Argument): { readonly text: string; readonly form: TypedForm } {
  // A field of several lines turns CR LF into LF: such a text is edited byte by byte.
  const isSafe = typeof value === 'string' && !value.includes('\r');
  return isSafe ? { text: value, form: 'text' } : { text: hexOf(value), form: 'hex' };
}
