// When two names are the same: ISUPPORT's CASEMAPPING. It compares and folds; it knows no channel.

/** `ascii`, `rfc1459`, `rfc1459-strict`, or another one (`rfc8265`), for which Unicode's lower case is used. */
export type CaseMapping = 'ascii' | 'rfc1459' | 'rfc1459-strict' | (string & {});

/** The lower case of a name: `rfc1459` also has `{}|^` for `[]\~`, `rfc1459-strict` `{}|` for `[]\`. */
export function foldCase(name: string, mapping: CaseMapping = 'rfc1459'): string {
  if (mapping === 'ascii') return name.replace(/[A-Z]+/g, lower);
  if (mapping === 'rfc1459') return name.replace(/[A-Z[-\]~]/g, (char) => (char === '~' ? '^' : shift(char)));
  if (mapping === 'rfc1459-strict') return name.replace(/[A-Z[-\]]/g, shift);
  return name.normalize().toLowerCase();
}

function lower(letters: string): string {
  return letters.toLowerCase();
}

/** In ASCII `[\]` stand behind the capitals as `{|}` do behind the small letters. */
function shift(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) + 32);
}
