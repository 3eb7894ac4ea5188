// What answers are called over HTTP, and what browsers may do with them. It lets no active type through.

export const JSON_TYPE = 'application/json';
export const HTML_TYPE = 'text/html; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const BINARY_TYPE = 'application/octet-stream';

/** What the server's bytes may be called: no type in it is one that a browser runs. */
const PASSIVE =
  /^(?:(?:audio|video)\/[\w.+-]+|image\/(?:avif|bmp|gif|jpeg|png|tiff|webp)|application\/(?:gzip|mac-binhex40|pdf|postscript|zip))$/;

/** For the server's own bytes: whoever opens them has no script, no form and no origin. */
export const CONTENT_POLICY = "default-src 'none'; sandbox";
/** For the page of a menu: its forms go nowhere but to where it came from. */
export const PAGE_POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The type under which a binary is sent. */
export function safeType(contentType: string): string {
  return PASSIVE.test(contentType) ? contentType : BINARY_TYPE;
}
