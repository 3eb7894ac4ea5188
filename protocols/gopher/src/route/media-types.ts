// The media types of answers over HTTP, and what browsers may do with them. No type among them is one that a browser runs.

/** Menus and attributes. */
export const JSON_TYPE = 'application/json';
/** The page of a menu. */
export const HTML_TYPE = 'text/html; charset=utf-8';
/** Texts, HTML among them. */
export const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Everything that has no passive type of its own. */
export const BINARY_TYPE = 'application/octet-stream';

/** What the server's bytes may be called: no type in it is one that a browser runs. */
const PASSIVE =
  /^(?:(?:audio|video)\/[\w.+-]+|image\/(?:avif|bmp|gif|jpeg|png|tiff|webp)|application\/(?:gzip|mac-binhex40|pdf|postscript|zip))$/;

/** For the server's own bytes: whoever opens them has no script, no form and no origin. */
export const CONTENT_POLICY = "default-src 'none'; sandbox";
/** For the page of a menu: its forms go nowhere but to where it came from. */
export const PAGE_POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The type under which a binary is sent: what its item type, or the extension in its URL, speaks for. */
export function safeType(contentType: string, url: string): string {
  const type = contentType === BINARY_TYPE ? byExtension(url) : contentType;
  return type !== undefined && PASSIVE.test(type) ? type : BINARY_TYPE;
}

/** For types that leave the format open (I, s, ;, d, 5, 9, unknown ones): extensions, then their type. */
const BY_EXTENSION: readonly (readonly [RegExp, string])[] = [
  [/\.(bmp|gif|png|webp)$/i, 'image/$1'],
  [/\.jpe?g$/i, 'image/jpeg'],
  [/\.tiff?$/i, 'image/tiff'],
  [/\.(flac|ogg|wav)$/i, 'audio/$1'],
  [/\.mp3$/i, 'audio/mpeg'],
  [/\.(mp4|webm)$/i, 'video/$1'],
  [/\.(pdf|zip)$/i, 'application/$1'],
];

function byExtension(url: string): string | undefined {
  for (const [pattern, type] of BY_EXTENSION) {
    const match = pattern.exec(url);
    if (match) return type.replace('$1', match[1] ?? '').toLowerCase();
  }
  return undefined;
}
