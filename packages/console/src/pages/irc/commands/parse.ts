// What was typed: a text, or a command behind a slash.
import { isChannel } from '../chat/names.ts';

/** What to do. */
export type Action =
  | { readonly do: 'say' | 'action'; readonly target: string; readonly text: string }
  | { readonly do: 'join'; readonly channel: string; readonly key: string }
  | { readonly do: 'part'; readonly channel: string; readonly reason: string }
  | { readonly do: 'open'; readonly name: string }
  | { readonly do: 'nick'; readonly nick: string }
  | { readonly do: 'topic'; readonly channel: string; readonly topic: string }
  | { readonly do: 'whois'; readonly nick: string }
  | { readonly do: 'quit'; readonly reason: string }
  | { readonly do: 'help' }
  /** What is wrong, in words. */
  | { readonly do: 'refuse'; readonly words: string };

/** What `/help` says. */
export const HELP: string =
  '/join #channel [key], /part [#channel] [reason], /msg nick text, /query nick, /nick name, /topic [text], /me does something, ' +
  '/whois nick, /quit [reason]. A text that begins with a slash is written with two.';

const refuse = (words: string): Action => ({ do: 'refuse', words });

/** @param place Of the conversation that it was typed in: a channel or a nick; empty for the server's. */
export function parseInput(typed: string, place: string): Action {
  const isCommand = typed.startsWith('/') && !typed.startsWith('//');
  if (isCommand) return parseCommand(typed.slice(1), place);
  if (place === '') return refuse('Nobody is here to read it. Join a channel: /join #channel');
  return { do: 'say', target: place, text: typed.startsWith('//') ? typed.slice(1) : typed };
}

function parseCommand(command: string, place: string): Action {
  const [name = '', rest] = splitWord(command);
  const [first, behind] = splitWord(rest);
  switch (name.toLowerCase()) {
    case 'join':
    case 'j':
      return first === ''
        ? refuse('Which channel? /join #channel')
        : { do: 'join', channel: named(first), key: behind };
    case 'part':
    case 'leave':
      return part(rest, first, behind, place);
    case 'msg':
      return first === '' || behind === ''
        ? refuse('To whom, and what? /msg nick text')
        : { do: 'say', target: first, text: behind };
    case 'query':
      return first === '' ? refuse('With whom? /query nick') : { do: 'open', name: first };
    case 'nick':
      return first === '' ? refuse('Which nick? /nick name') : { do: 'nick', nick: first };
    case 'topic':
      return topic(rest, first, behind, place);
    case 'me':
      if (place === '') return refuse('Nobody is here to see it.');
      return rest === '' ? refuse('What do you do? /me waves') : { do: 'action', target: place, text: rest };
    case 'whois':
      return first === '' ? refuse('Who? /whois nick') : { do: 'whois', nick: first };
    case 'quit':
      return { do: 'quit', reason: rest };
    case 'help':
      return { do: 'help' };
    default:
      return refuse(`There is no command /${name}. /help lists them.`);
  }
}

function part(rest: string, first: string, behind: string, place: string): Action {
  if (isChannel(first)) return { do: 'part', channel: first, reason: behind };
  return isChannel(place)
    ? { do: 'part', channel: place, reason: rest }
    : refuse('Which channel? /part #channel');
}

function topic(rest: string, first: string, behind: string, place: string): Action {
  if (isChannel(first)) return { do: 'topic', channel: first, topic: behind };
  return isChannel(place)
    ? { do: 'topic', channel: place, topic: rest }
    : refuse('Of which channel? /topic #channel text');
}

/** A channel's name; without its first sign it gets `#`. */
function named(channel: string): string {
  return isChannel(channel) ? channel : `#${channel}`;
}

function splitWord(text: string): [word: string, rest: string] {
  const trimmed = text.trimStart();
  const end = trimmed.search(/\s/);
  return end === -1 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end + 1).trim()];
}
