// Where the gateway is: the page is one of its own files.

/** The gateway's URL: the page's, without `/console/` and what follows. */
export function gatewayUrl(): string {
  return new URL('..', new URL(import.meta.env.BASE_URL, location.href)).href;
}
