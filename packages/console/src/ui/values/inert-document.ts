// A stranger's HTML as a document that no window shows: nothing in it runs or loads. It is read in portions, since a few kilobytes may
// be built to become millions of elements (each `<p>` opens again every `<b>` that was not closed), over which the page would stand still.

/** In UTF-16 units: after so many it is looked whether to go on. */
const PORTION = 16_384;
/** More elements take seconds to draw. */
const MAX_ELEMENTS = 50_000;
/** Mail of people and of machines is read in a tenth of this. */
const MAX_MS = 700;
/** Reading all names of an element takes the square of their number. */
const MAX_ATTRIBUTES = 500;

/** The document; undefined where the page would stand still over it. */
export function inertDocument(source: string): Document | undefined {
  const read = document.implementation.createHTMLDocument();
  const elements = read.getElementsByTagName('*');
  const until = performance.now() + MAX_MS;
  read.open();
  for (let at = 0; at < source.length; at += PORTION) {
    read.write(source.slice(at, at + PORTION));
    if (elements.length > MAX_ELEMENTS || performance.now() > until) return undefined;
  }
  read.close();
  for (const { attributes } of elements) if (attributes.length > MAX_ATTRIBUTES) return undefined;
  return read;
}
