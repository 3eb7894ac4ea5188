// The name under which a part of a mail is sent. The mail's own words are a stranger's: nothing of them is taken but letters of a
// name. Its type is found out from the name's ending, among types that no browser runs.
import type { BodyPart } from '../../responses/types/body-part.ts';

const MAX_CHARACTERS = 150;
/** Endings for types that mails have often, where the part has no name. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'message/rfc822': 'eml',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
};

/** The name of a part's file. */
export function partName(uid: number, part: string, found: BodyPart | undefined): string {
  const own = found?.filename === undefined ? '' : safeName(found.filename);
  if (own !== '') return own;
  const type = found?.type ?? '';
  const ending = Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : 'bin';
  return `message-${uid}-${part.toLowerCase()}.${ending}`;
}

/**
 * The last level of a file's name, without what moves it, hides it, or shows it as another: control and format characters (such as
 * those that turn the direction of reading), and dots and spaces at its ends.
 */
function safeName(name: string): string {
  const last =
    name
      .toWellFormed()
      .slice(0, 4096)
      .split(/[/\\:]/)
      .at(-1) ?? '';
  const shown = last.replaceAll(/[\p{C}\p{Zl}\p{Zp}<>"|?*]/gu, '').replaceAll(/^[.\s]+|[.\s]+$/g, '');
  const letters = [...shown];
  if (letters.length <= MAX_CHARACTERS) return shown;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(shown)?.[0] ?? '';
  return letters.slice(0, MAX_CHARACTERS - ending.length).join('') + ending;
}

/** The part of this number, if the message has it. */
export function findPart(structure: BodyPart | undefined, part: string): BodyPart | undefined {
  if (structure === undefined || structure.part.toUpperCase() === part.toUpperCase()) return structure;
  for (const one of structure.parts) {
    const found = findPart(one, part);
    if (found !== undefined) return found;
  }
  return undefined;
}
