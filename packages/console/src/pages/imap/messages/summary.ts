// A message in a few words: who, what, when, and which signs it bears. What a stranger wrote is one line of text, whatever it holds.

import type { Output } from '@fairlead/sdk';
import { formatTime } from '../../../browser/format.ts';

/** A message as the gateway has it. */
export type Message = Output<'imapMessages'>['messages'][number];

/** One of a message's addresses. */
export type MailAddress = NonNullable<Message['envelope']>['from'][number];

const MAX_CHARACTERS = 2000;
/** Invisible signs that turn the direction of what follows, or hide. */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** A stranger's words as one line: signs that nobody sees become `·`, and no line is endless. */
export function plainLine(text: string, maxCharacters = MAX_CHARACTERS): string {
  const line = text
    .slice(0, 2 * maxCharacters + 2)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(UNSEEN, '·');
  const letters = [...line];
  return letters.length > maxCharacters ? `${letters.slice(0, maxCharacters).join('')}…` : line;
}

/** A name, else an address. */
export function shortName(address: MailAddress | undefined): string {
  return plainLine(address?.name || address?.address || 'Nobody', 100);
}

/** Name and address; a group is its name. */
export function wholeAddress({ name, address }: MailAddress): string {
  if (address === undefined) return plainLine(name ?? '');
  return plainLine(name === undefined || name === '' ? address : `${name} <${address}>`);
}

/** Whether a flag is set; flags have no case. */
export function hasFlag({ flags = [] }: Pick<Message, 'flags'>, flag: string): boolean {
  return flags.some((one) => one.toLowerCase() === flag.toLowerCase());
}

/** When it came, shorter the newer it is: `14:03`, `31 Jan`, `2026-01-31`. */
export function shortTime(text: string | undefined, now: Date): string {
  if (text === undefined || Number.isNaN(Date.parse(text))) return '';
  const time = new Date(text);
  const whole = formatTime(time);
  if (whole.slice(0, 10) === formatTime(now).slice(0, 10)) return whole.slice(11, 16);
  if (time.getFullYear() !== now.getFullYear()) return whole.slice(0, 10);
  return `${time.getDate()} ${time.toLocaleString('en', { month: 'short' })}`;
}

/** The message with a flag put on or taken off. */
export function withFlag(message: Message, flag: string, isOn: boolean): Message {
  const others = (message.flags ?? []).filter((one) => one.toLowerCase() !== flag.toLowerCase());
  return { ...message, flags: isOn ? [...others, flag] : others };
}
