// The headers of the static files, by path: one table for the platform's `_headers`, which the build writes from it, and for where
// the Worker itself answers with them. Data and its two readings; it imports nothing, so that the build can run it.

/** What the pages may not do, and need not: each feature that browsers let a page ask for. */
const NO_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Nothing from elsewhere, no inline script, in no frame. */
const SHARED_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  SHARED_POLICY;

/**
 * Inline styles: the editor and the terminal add style elements, and mail that is shown as HTML has its own. Such mail stands in a
 * sandboxed frame made of text (`srcdoc`), which needs no `frame-src` and inherits this policy: it can load pictures that stand in the
 * mail itself, and nothing from any network but this gateway's own. `connect-src 'self'` holds for WebSockets too.
 */
const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
  `connect-src 'self'; worker-src 'self'; ${SHARED_POLICY}`;

/** Headers of the files whose path fits. */
export interface FileRule {
  /** A path from the root; with `*` at its end all paths that begin so. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every rule that fits a path holds, so that no two of them may give the same header. */
export const FILE_RULES: readonly FileRule[] = [
  {
    path: '/docs*',
    headers: {
      'Content-Security-Policy': DOCS_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  },
  {
    path: '/console*',
    headers: {
      'Content-Security-Policy': CONSOLE_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': NO_FEATURES.map((feature) => `${feature}=()`).join(', '),
    },
  },
  // The page names its files by their hashes: it is asked for anew each time, and they never are.
  { path: '/console', headers: { 'Cache-Control': 'no-cache' } },
  { path: '/console/', headers: { 'Cache-Control': 'no-cache' } },
  { path: '/console/assets/*', headers: { 'Cache-Control': 'public, max-age=31536000, immutable' } },
];

/** The headers of a file. @param path As in the URL. */
export function headersOf(path: string): Readonly<Record<string, string>> {
  return Object.assign({}, ...FILE_RULES.filter((rule) => fits(rule, path)).map(({ headers }) => headers));
}

function fits(rule: FileRule, path: string): boolean {
  return rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path;
}

/** The table as the platform reads it: a path, and its headers indented below it. */
export function headersFile(): string {
  return FILE_RULES.map(({ path, headers }) => {
    const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
    return `${path}\n${lines.join('')}`;
  }).join('\n');
}
