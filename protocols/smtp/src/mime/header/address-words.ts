// The addresses of a header field as words; `folding.ts` puts them on lines.
import type { AddressEntry, NamedAddress } from '../../addresses/header-addresses.ts';
import { followedBy, phraseWords, separatedBy } from './header-words.ts';

/** @param room Characters left for the first encoded word on the field's first line. */
export function addressWords(entries: readonly AddressEntry[], room?: number): string[] {
  return separatedBy(
    ',',
    entries.map((entry, i) => entryWords(entry, i === 0 ? room : undefined)),
  );
}

function entryWords(entry: AddressEntry, room: number | undefined): string[] {
  if (!('group' in entry)) return mailboxWords(entry, room);
  const name = phraseWords(entry.group, room);
  const members = separatedBy(
    ',',
    entry.members.map((one) => mailboxWords(one, undefined)),
  );
  const words = [...followedBy(':', name), ...members];
  return followedBy(';', words);
}

function mailboxWords({ name, address }: NamedAddress, room: number | undefined): string[] {
  return name === '' ? [address] : [...phraseWords(name, room), `<${address}>`];
}
