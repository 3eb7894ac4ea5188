// When two names are the same: ISUPPORT's CASEMAPPING. It compares and folds; it knows no channel.

/**
 * `ascii`, `rfc1459`, `rfc1459-strict` (also `strict-rfc1459`), or another one (`rfc8265`), for which Unicode's lower case
 * is used.
 */
export type CaseMapping = 'ascii' | 'rfc1459' | 'rfc1459-strict' | (string & {});

const CAPITALS: ReadonlyMap<string, RegExp> = new Map([
  ['ascii', /[A-Z]/g],
  ['rfc1459', /[A-Z[-\]~]/g],
  ['rfc1459-strict', /[A-Z[-\]]/g],
  // As the draft of 005 spells it (draft-brocklesby-irc-isupport-03 section 3.1).
  ['strict-rfc1459', /[A-Z[-\]]/g],
]);

/** The lower case of a name: `rfc1459` also has `{}|^` for `[]\~`, `rfc1459-strict` `{}|` for `[]\`. */
export function foldCase(name: string, mapping: CaseMapping = 'rfc1459'): string {
  const capitals = CAPITALS.get(mapping);
  return capitals ? name.replace(capitals, flip) : name.normalize().toLowerCase();
}

/** In ASCII one bit tells capitals from small letters, `[\]` from `{|}`, and `^` from `~`. */
function flip(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) ^ 32);
}
