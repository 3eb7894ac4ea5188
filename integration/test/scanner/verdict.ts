// What the scanner says about a text, in terms that a server can confirm, and the comparison of the two.
import type { SqlScanner } from '@fairlead/sql-client';

/** What the scanner sees. */
export interface Verdict {
  /** Where the text becomes unsure; its length, if nowhere. */
  readonly sure: number;
  /** Where tokens begin and end, or a server may see them do so. MariaDB stops behind the token that it refuses, at times. */
  readonly bounds: ReadonlySet<number>;
  /** Digits of the probes that are called, in order of their numbers. */
  readonly calls: string;
  /** How many columns each statement has; `undefined` for none and for `*`. */
  readonly columns: readonly (number | undefined)[];
}

/** What the server has done. */
export interface Finding {
  /** Where its parser stopped; more than one place if that cannot be told. `undefined`: it said nothing of the kind. */
  readonly errorAt?: readonly number[];
  /** Only of texts that ran to their end. */
  readonly calls?: string;
  readonly columns?: readonly number[];
}

/** Reads a text to its end. */
export function verdictOf(tokens: SqlScanner): Verdict {
  const bounds = new Set<number>();
  const calls = new Set<string>();
  const columns: (number | undefined)[] = [];
  let depth = 0;
  let commas = -1;
  let name = '';
  let before = '';
  let uncounted = false;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    bounds.add(tokens.start);
    if (kind === 'unsure') return { sure: tokens.start, bounds, calls: '', columns };
    bounds.add(tokens.end);
    // Servers cut these into more tokens.
    if (kind === 'variable') for (let i = tokens.start; i < tokens.end; i += 1) bounds.add(i);
    if (kind === 'text') bounds.add(tokens.start + 1);
    const { operator } = tokens;
    if (operator === '(') depth += 1;
    if (operator === ')') depth -= 1;
    if (operator === '(' && /^probe_\d$/i.test(name)) calls.add(name.slice(-1));
    if (operator === ',' && depth === 0) commas += 1;
    if (operator === '*' && /^(,|SELECT)$/.test(before)) uncounted = true;
    // Postgres selects nothing, if asked to.
    if ((tokens.keyword === 'FROM' || operator === ';') && before === 'SELECT') uncounted = true;
    before = operator || tokens.keyword;
    if (operator === ';') {
      if (commas >= 0) columns.push(uncounted ? undefined : commas + 1);
      uncounted = false;
      commas = -1;
      depth = 0;
    } else if (commas < 0) commas = 0;
    const named = kind === 'word' || kind === 'name' || kind === 'text-or-name';
    name = named ? tokens.value : '';
  }
  bounds.add(tokens.text.length);
  uncounted ||= before === 'SELECT';
  if (commas >= 0) columns.push(uncounted ? undefined : commas + 1);
  return { sure: tokens.text.length, bounds, calls: [...calls].sort().join(''), columns };
}

/** How the two differ, or `undefined`. */
export function difference(verdict: Verdict, finding: Finding, text: string): string | undefined {
  const { sure, bounds } = verdict;
  if (finding.errorAt !== undefined) {
    const known = finding.errorAt.some((at) => bounds.has(at) || (sure < text.length && at >= sure));
    return known ? undefined : `the server stopped at ${finding.errorAt.join(' or ')}`;
  }
  if (sure < text.length || finding.columns === undefined) return undefined;
  const { columns } = finding;
  const same = verdict.columns.every((count, i) => count === undefined || count === columns[i]);
  if (verdict.columns.length !== columns.length || !same)
    return `the server has ${columns} columns, not ${verdict.columns}`;
  if (verdict.calls !== finding.calls) return `the server calls "${finding.calls}", not "${verdict.calls}"`;
  return undefined;
}
