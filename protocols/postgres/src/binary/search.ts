// tsvector and tsquery from the binary format, as the server's texts. It does not recurse: a query is as deep as it is
// long.

import { malformed } from '../values/text/malformed.ts';
import type { Cursor } from './cursor.ts';

/** A lexeme as both types write it. */
function lexeme(cursor: Cursor): string {
  return `'${cursor.terminated().replace(/['\\]/g, '$&$&')}'`;
}

/** `'a':1A 'fat':2,4`: of a position the upper two bits are its weight. */
export function tsvector(cursor: Cursor): string {
  const words = Array.from({ length: cursor.count(3) }, () => {
    const word = lexeme(cursor);
    const positions = Array.from({ length: cursor.u16() }, () => {
      const position = cursor.u16();
      return `${position & 0x3fff}${['', 'C', 'B', 'A'][position >> 14]}`;
    });
    return positions.length === 0 ? word : `${word}:${positions.join()}`;
  });
  return words.join(' ');
}

const VALUE = 1;
const OPERATOR = 2;
const NOT = 1;
const PHRASE = 4;
/** Of NOT, AND, OR and PHRASE (tsquery.c): what binds tighter needs no parentheses. */
const PRIORITIES = [Number.POSITIVE_INFINITY, 4, 2, 1, 3];

/** An operand, or an operator with its operands. */
interface Node {
  readonly text: string;
  /** 0 for an operand. */
  readonly operator: number;
}

/** `'fat' & !'rat':AB`: operators stand before their operands, the right one first. */
export function tsquery(cursor: Cursor): string {
  const items = Array.from({ length: cursor.count(3) }, () => item(cursor));
  const stack: Node[] = [];
  const operand = (parent: number, right = false): string => {
    const node = stack.pop();
    if (node === undefined) throw malformed('tsquery');
    const { text, operator } = node;
    const looser = (PRIORITIES[operator] ?? 0) < (PRIORITIES[parent] ?? 0);
    return looser || (right && operator === PHRASE && parent === PHRASE) ? `( ${text} )` : text;
  };
  for (const { text, operator } of items.reverse()) {
    if (operator === 0) stack.push({ text, operator });
    else if (operator === NOT) stack.push({ text: `!${operand(operator)}`, operator });
    else {
      const right = operand(operator, true);
      stack.push({ text: `${operand(operator)} ${text} ${right}`, operator });
    }
  }
  if (stack.length !== Math.sign(items.length)) throw malformed('tsquery');
  return stack[0]?.text ?? '';
}

function item(cursor: Cursor): Node {
  const kind = cursor.u8();
  if (kind === VALUE) return { text: operandText(cursor), operator: 0 };
  const operator = cursor.u8();
  if (kind !== OPERATOR || operator < NOT || operator > PHRASE) throw malformed('tsquery');
  const distance = operator === PHRASE ? cursor.u16() : 0;
  return { text: ['', '!', '&', '|', distance === 1 ? '<->' : `<${distance}>`][operator] ?? '', operator };
}

/** A lexeme with `:*` for a prefix, and its weights. */
function operandText(cursor: Cursor): string {
  const weights = cursor.u8();
  const prefix = cursor.u8();
  const word = lexeme(cursor);
  const marks = [...'DCBA'].filter((_, bit) => (weights >> bit) & 1).reverse();
  const text = (prefix === 0 ? '' : '*') + marks.join('');
  return text === '' ? word : `${word}:${text}`;
}
