// Why a statement's text is ambiguous to the scanner, in words that complete "the statement has ...".
import type { UnsureReason } from '@fairlead/sql-client';

/** One for each reason. */
export const AMBIGUITIES: Readonly<Record<UnsureReason, string>> = {
  unclosed: 'a quote or a comment that does not end',
  backslash: 'a backslash that sql_mode decides about; pass such texts as parameters',
  'executable-comment': 'an executable comment (/*! ... */), which only some servers read',
  'dollar-quote': 'a name with two dollar signs, which MySQL 9 takes for quotes; put it in backticks',
  bracket: 'a bracket, which one sql_mode takes for a quote',
  hint: 'quotes in an optimizer hint',
  number: 'a number that ends in "e", or two dots in a row',
  nul: 'a NUL outside of its texts',
};
