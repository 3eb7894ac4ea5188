// Addresses as they stand in a header field, in words to be folded between.
import type { AddressEntry, NamedAddress } from '../addresses/read.ts';
import { phraseWords } from './words.ts';

/** @param room What a name's first encoded word may have where it comes first. */
export function addressWords(entries: readonly AddressEntry[], room?: number): string[] {
  return joined(entries.map((entry, i) => entryWords(entry, i === 0 ? room : undefined)));
}

function entryWords(entry: AddressEntry, room: number | undefined): string[] {
  if (!('group' in entry)) return mailboxWords(entry, room);
  const name = phraseWords(entry.group, room);
  const members = joined(entry.members.map((one) => mailboxWords(one, undefined)));
  const words = [...behind(name, ':'), ...members];
  return behind(words, ';');
}

function mailboxWords({ name, address }: NamedAddress, room: number | undefined): string[] {
  return name === '' ? [address] : [...phraseWords(name, room), `<${address}>`];
}

/** With commas between. */
function joined(lists: readonly (readonly string[])[]): string[] {
  return lists.flatMap((words, i) => (i < lists.length - 1 ? behind(words, ',') : words));
}

function behind(words: readonly string[], mark: string): string[] {
  return words.map((word, i) => (i === words.length - 1 ? word + mark : word));
}
