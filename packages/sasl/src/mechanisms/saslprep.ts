// SASLprep (RFC 4013) as servers apply it to passwords. Like Postgres, it leaves a password that SASLprep forbids as it
// is, and throws no error.

/** RFC 3454 table C.1.2: spaces other than U+0020, which are mapped to it. */
const OTHER_SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
/** RFC 3454 table B.1: characters mapped to nothing. */
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
/** RFC 3454 tables C.2 to C.9: controls, private use, non-characters, surrogates, tags and the like. */
const FORBIDDEN =
  /\p{Cc}|\p{Co}|\p{Cs}|\p{Noncharacter_Code_Point}|[\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd]|[\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;
/** RFC 3454 section 6: text from right to left may not be mixed with text from left to right. */
const RIGHT_TO_LEFT = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}/u;
const LEFT_TO_RIGHT = /\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}/u;

/** The password in the form that a server hashed when it was set. */
export function saslPrep(password: string): string {
  if (/^[\x20-\x7e]*$/.test(password)) return password;
  const prepared = password.replace(OTHER_SPACES, ' ').replace(NOTHING, '').normalize('NFKC');
  const refused =
    prepared === '' ||
    FORBIDDEN.test(prepared) ||
    (RIGHT_TO_LEFT.test(prepared) && LEFT_TO_RIGHT.test(prepared));
  return refused ? password : prepared;
}
