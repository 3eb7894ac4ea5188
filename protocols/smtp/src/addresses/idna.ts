// Internationalised domains as ASCII (RFC 5891, RFC 3492). A domain that IDNA maps to another name is refused: with
// compatibility characters, look-alike dots or invisible characters.

/** A character that ASCII does not have. */
export const BEYOND_ASCII: RegExp = /[^\0-\x7f]/;
/** The characters of an internationalised domain. */
const IDN = /^[a-z0-9.\u00a1-\u{10ffff}_-]+$/iu;

/** RFC 3492 section 5. */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;

/**
 * The domain in punycode, or `undefined` where it is not valid. Capital letters become small, and an accent joins its
 * letter (NFC); a domain that IDNA would change beyond that is not valid.
 */
export function domainToAscii(domain: string): string | undefined {
  if (!IDN.test(domain)) return undefined;
  const folded = domain.normalize('NFC').toLowerCase();
  // Some characters, such as the Kelvin sign, become letters of ASCII.
  if (asciiCount(folded) > asciiCount(domain)) return undefined;
  const url = `http://${domain}`;
  const host = URL.canParse(url) ? new URL(url).hostname : undefined;
  const own = folded.split('.').map(labelToAscii).join('.');
  return own === host ? own : undefined;
}

function asciiCount(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x80) count++;
  return count;
}

function labelToAscii(label: string): string {
  return BEYOND_ASCII.test(label) ? `xn--${punycode(label)}` : label;
}

/** RFC 3492 section 6.3. The label is read once for each of its characters, which is fast enough for a domain. */
function punycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < INITIAL_N);
  let output = String.fromCodePoint(...basic);
  let handled = basic.length;
  if (handled > 0) output += '-';
  let delta = 0;
  let bias = INITIAL_BIAS;
  for (let n = INITIAL_N; handled < points.length; n++, delta++) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      output += variableLength(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let text = '';
  let q = delta;
  for (let k = BASE; ; k += BASE) {
    const t = k <= bias ? T_MIN : Math.min(k - bias, T_MAX);
    if (q < t) return text + digit(q);
    text += digit(t + ((q - t) % (BASE - t)));
    q = Math.floor((q - t) / (BASE - t));
  }
}

/** `a` to `z`, then `0` to `9`. */
function digit(value: number): string {
  return String.fromCharCode(value < 26 ? value + 0x61 : value - 26 + 0x30);
}

function adapt(delta: number, points: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? DAMP : 2));
  left += Math.floor(left / points);
  let k = 0;
  for (; left > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) left = Math.floor(left / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * left) / (left + SKEW));
}
