// Whether a payload is JSON.

/** Longer texts are not tried. */
const MAX_LENGTH = 2_000_000;

/** The value of a JSON text; undefined for other texts. */
export function jsonOf(text: string): { readonly value: unknown } | undefined {
  if (text.length > MAX_LENGTH || !/^\s*[[{"\-\dtfn]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
