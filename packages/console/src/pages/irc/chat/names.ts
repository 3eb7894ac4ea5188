// Names of IRC: which are alike, which are channels, which stand in a text.

/** A name for comparison. Servers with the mapping `rfc1459` hold `[]\~` and `{}|^` for alike, too; so does this. */
export function fold(name: string): string {
  return name.replace(/[A-Z[\]\\~]/g, (sign) => FOLDED[sign] ?? sign.toLowerCase());
}

const FOLDED: Readonly<Record<string, string>> = { '[': '{', ']': '}', '\\': '|', '~': '^' };

/** Whether a name is a channel's. */
export function isChannel(name: string): boolean {
  return /^[#&+!]/.test(name);
}

/** The channel of a target, which may stand behind a status prefix: `@#channel` is for its operators. */
export function channelOf(target: string): string {
  return target.replace(/^[~&@%+]+(?=[#&])/, '');
}

/** Whether a text has a nick as a word of its own. */
export function mentions(text: string, nick: string): boolean {
  if (nick === '') return false;
  const [inside, wanted] = [fold(text), fold(nick)];
  for (let at = inside.indexOf(wanted); at !== -1; at = inside.indexOf(wanted, at + 1)) {
    if (isApart(inside[at - 1]) && isApart(inside[at + wanted.length])) return true;
  }
  return false;
}

/** Whether a sign cannot belong to the nick beside it. */
function isApart(sign: string | undefined): boolean {
  return sign === undefined || !/[\p{L}\p{N}_|^{}`-]/u.test(sign);
}
