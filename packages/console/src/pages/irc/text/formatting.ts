// mIRC's signs in a text (modern.ircdocs.horse/formatting): bold and such are kept, colours go, since no ground of ours is sure to
// bear them.

/** A part of a text in one style. */
export interface Span {
  readonly text: string;
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isStruck: boolean;
  readonly isCode: boolean;
}

type Style = Omit<Span, 'text'>;

const PLAIN: Style = {
  isBold: false,
  isItalic: false,
  isUnderlined: false,
  isStruck: false,
  isCode: false,
};

const TOGGLES: ReadonlyMap<string, keyof Style> = new Map([
  ['\u0002', 'isBold'],
  ['\u001d', 'isItalic'],
  ['\u001f', 'isUnderlined'],
  ['\u001e', 'isStruck'],
  ['\u0011', 'isCode'],
]);
const RESET = '\u000f';

/** Colours with their numbers or digits, the turning of colours, and the signs above. */
const SIGNS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the signs
  /(\u0003(?:\d{1,2}(?:,\d{1,2})?)?|\u0004(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?|[\u0002\u000f\u0011\u0016\u001d\u001e\u001f])/i;

/** The parts of a text, none of them empty. */
export function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  for (const part of text.split(SIGNS)) {
    const toggled = TOGGLES.get(part);
    if (toggled !== undefined) style = { ...style, [toggled]: !style[toggled] };
    else if (part === RESET) style = PLAIN;
    else if (part !== '' && !SIGNS.test(part)) spans.push({ text: part, ...style });
  }
  return spans;
}
