// Where a text in quotes ends. A doubled quote stands for one; what a backslash does is a setting of the server.

const BACKSLASH = 0x5c;

/** What a backslash in quotes does. `unknown`: the session's settings are not known. */
export type Backslash = 'plain' | 'escapes' | 'unknown';

/**
 * Behind the closing quote, or why there is none.
 * @param open Where the opening quote stands, which closes it too.
 */
export function behindText(
  text: string,
  open: number,
  backslash: Backslash,
): number | 'unclosed' | 'backslash' {
  return backslash === 'plain' ? behindPlain(text, open) : behindEscaped(text, open, backslash);
}

function behindPlain(text: string, open: number): number | 'unclosed' {
  const quote = text.charAt(open);
  let from = open + 1;
  for (;;) {
    const found = text.indexOf(quote, from);
    if (found === -1) return 'unclosed';
    if (text.charCodeAt(found + 1) !== text.charCodeAt(open)) return found + 1;
    from = found + 2;
  }
}

/** Backslashes stand in pairs, or before a character that they escape. */
function behindEscaped(
  text: string,
  open: number,
  backslash: 'escapes' | 'unknown',
): number | 'unclosed' | 'backslash' {
  const quote = text.charCodeAt(open);
  let at = open + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      if (backslash === 'unknown' && text.charCodeAt(at + 1) === quote) return 'backslash';
      at += 2;
    } else if (code !== quote) at += 1;
    else if (text.charCodeAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return 'unclosed';
}
