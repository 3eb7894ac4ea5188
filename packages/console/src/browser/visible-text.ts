// Texts of strangers, for the eye: what is invisible, or turns the order of characters, is written out.

/**
 * Controls (C0, DEL, C1), marks and overrides of direction (Unicode TR 9 section 2), characters without a width (but joiners, which scripts and emoji need), and the
 * separators of lines, which would break a line that is to be one.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be seen
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The first of Unicode's Control Pictures; they follow in the order of C0. */
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';

/**
 * A text with what is invisible written out: `␛` for an escape, `⟨202E⟩` for an override of direction.
 * @param hasLines Whether line feeds and tabs stay as they are. Default false: the text becomes one line.
 */
export function visibleText(text: string, hasLines = false): string {
  return text.replace(UNSEEN, (sign) => {
    if (hasLines && (sign === '\n' || sign === '\t')) return sign;
    const code = sign.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(PICTURES + code);
    if (code === 0x7f) return PICTURE_OF_DELETE;
    return `⟨${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
