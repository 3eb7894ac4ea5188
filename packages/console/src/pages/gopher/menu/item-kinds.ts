// What the item types of Gopher stand for (RFC 1436 section 3.8, and what came into use since). Data, and what follows from it.
import { webUrl } from '../../../ui/values/passive-html.ts';

const KINDS: Readonly<Record<string, string>> = {
  '0': 'Text',
  '1': 'Menu',
  '2': 'CSO',
  '3': 'Error',
  '4': 'BinHex',
  '5': 'Archive',
  '6': 'UUenc',
  '7': 'Search',
  '8': 'Telnet',
  '9': 'File',
  '+': 'Mirror',
  ':': 'Bitmap',
  ';': 'Video',
  '<': 'Sound',
  c: 'Calendar',
  d: 'Document',
  g: 'Image',
  h: 'Page',
  i: '',
  I: 'Image',
  M: 'Mail',
  p: 'Image',
  P: 'PDF',
  r: 'RTF',
  s: 'Sound',
  T: 'TN3270',
  x: 'XML',
};

/** The word for an item type. An unknown type is named by its character. */
export function kindWord(type: string): string {
  return Object.hasOwn(KINDS, type) ? (KINDS[type] ?? '') : `Type ${type}`;
}

/** Whether this page can fetch items of the type: terminals and phone books are for other programs. */
export function isFetched(type: string): boolean {
  return !'i38T2'.includes(type);
}

/** The web address of an `h` item that leads out of Gopher; undefined for everything that is no `http:` or `https:`. */
export function outsideUrl(type: string, url: string | undefined): string | undefined {
  return type === 'h' && url !== undefined ? webUrl(url) : undefined;
}
