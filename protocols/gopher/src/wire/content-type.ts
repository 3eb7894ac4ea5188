// A table of MIME types by item type. It looks at no name and no content.

/** The type of menus, as servers name it in +VIEWS. */
export const MENU_TYPE = 'application/gopher-menu';

const TEXT_TYPE = 'text/plain';

/** RFC 1436 section 3.8, and what came into use since. */
const BY_ITEM: Readonly<Record<string, string>> = {
  '1': MENU_TYPE,
  '7': MENU_TYPE,
  g: 'image/gif',
  h: 'text/html',
  p: 'image/png',
  P: 'application/pdf',
};

/** Types whose content is lines of text, ended by a lone dot (RFC 1436 section 3.8); `h` is not among them. */
export function isTextItem(type: string): boolean {
  return '013467'.includes(type);
}

/**
 * The MIME type of an item; `application/octet-stream` where its item type does not tell.
 * @param gopherPlus A Gopher+ string; the view that it asks for comes first.
 */
export function contentTypeOf(type: string, gopherPlus = ''): string {
  const view = /^\+([\w.+-]+\/[\w.+-]+)/.exec(gopherPlus)?.[1];
  if (view !== undefined) return view.toLowerCase();
  // Attributes, of one item or of a menu's.
  if (/^[!$]/.test(gopherPlus)) return TEXT_TYPE;
  // Beside the RFC's: c, a calendar, and x, XML.
  if ('0346cx'.includes(type)) return TEXT_TYPE;
  return BY_ITEM[type] ?? 'application/octet-stream';
}
