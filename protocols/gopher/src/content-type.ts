// Item types and file names to MIME types. A table; it looks at no content.

/** Of menus, as servers name it in +VIEWS. */
export const MENU_TYPE = 'application/gopher-menu';

/** RFC 1436 section 3.8, and what came into use since. */
const BY_ITEM: Readonly<Record<string, string>> = {
  '0': 'text/plain',
  '1': MENU_TYPE,
  '3': 'text/plain',
  '4': 'application/mac-binhex40',
  '6': 'text/x-uuencode',
  '7': MENU_TYPE,
  c: 'text/calendar',
  g: 'image/gif',
  h: 'text/html',
  M: 'multipart/mixed',
  p: 'image/png',
  P: 'application/pdf',
  x: 'text/xml',
};

/** For types that leave the format open: I, s, ;, d, 5, 9 and unknown ones. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  bmp: 'image/bmp',
  flac: 'audio/flac',
  gif: 'image/gif',
  gz: 'application/gzip',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  zip: 'application/zip',
};

/** Types whose content is lines of text, ended by a lone dot (RFC 1436 section 3.8); `h` is not among them. */
export function isTextItem(type: string): boolean {
  return '013467'.includes(type);
}

/**
 * The MIME type that an item's type and selector speak for; `application/octet-stream` where they say nothing.
 * @param gopherPlus A Gopher+ string; the view that it asks for comes first.
 */
export function contentTypeOf(type: string, selector: string, gopherPlus = ''): string {
  const view = /^\+([\w.+-]+\/[\w.+-]+)/.exec(gopherPlus)?.[1];
  if (view !== undefined) return view.toLowerCase();
  // Attributes, of one item or of a menu's.
  if (/^[!$]/.test(gopherPlus)) return 'text/plain';
  const extension = /\.(\w+)$/.exec(selector)?.[1]?.toLowerCase() ?? '';
  return own(BY_ITEM, type) ?? own(BY_EXTENSION, extension) ?? 'application/octet-stream';
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
