// Links that a server writes into a terminal (OSC 8): their text may be anything, so the address is what is asked about.

/** The address, where it is one of the web without credentials; undefined for `javascript:` and all others. */
export function webUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    return isWeb && url.username === '' && url.password === '' ? url : undefined;
  } catch {
    return undefined;
  }
}
