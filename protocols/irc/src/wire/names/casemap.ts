// Folds names to lower case by ISUPPORT's CASEMAPPING, so that two names of one nick or channel are equal.

/**
 * A CASEMAPPING: `ascii`, `rfc1459`, `rfc1459-strict` (also `strict-rfc1459`). For any other, such as `rfc8265`, Unicode's
 * lower case is used.
 */
export type CaseMapping = 'ascii' | 'rfc1459' | 'rfc1459-strict' | (string & {});

const CAPITALS: ReadonlyMap<string, RegExp> = new Map([
  ['ascii', /[A-Z]/g],
  ['rfc1459', /[A-Z[-\]~]/g],
  ['rfc1459-strict', /[A-Z[-\]]/g],
  // As the draft of 005 spells it (draft-brocklesby-irc-isupport-03 section 3.1).
  ['strict-rfc1459', /[A-Z[-\]]/g],
]);

/** A name in lower case. In `rfc1459`, `{}|^` are also the lower case of `[]\~`; in `rfc1459-strict`, `{}|` of `[]\`. */
export function foldCase(name: string, mapping: CaseMapping = 'rfc1459'): string {
  const capitals = CAPITALS.get(mapping);
  return capitals ? name.replace(capitals, flip) : name.normalize().toLowerCase();
}

/** In ASCII one bit distinguishes upper from lower case, `[\]` from `{|}`, and `^` from `~`. */
function flip(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) ^ 32);
}
