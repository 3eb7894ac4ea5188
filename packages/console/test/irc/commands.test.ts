// Commands behind a slash, and what whois tells.
import { describe, expect, it } from 'vitest';
import { parseInput } from '../../src/pages/irc/commands/parse.ts';
import { whoisWords } from '../../src/pages/irc/commands/whois-words.ts';

describe('parseInput', () => {
  it.each([
    ['ahoy', '#a', { do: 'say', target: '#a', text: 'ahoy' }],
    ['//me', '#a', { do: 'say', target: '#a', text: '/me' }],
    ['/me waves  twice', '#a', { do: 'action', target: '#a', text: 'waves  twice' }],
    ['/join #b key', '', { do: 'join', channel: '#b', key: 'key' }],
    ['/J b', '', { do: 'join', channel: '#b', key: '' }],
    ['/part', '#a', { do: 'part', channel: '#a', reason: '' }],
    ['/part see you', '#a', { do: 'part', channel: '#a', reason: 'see you' }],
    ['/part #b bye', '#a', { do: 'part', channel: '#b', reason: 'bye' }],
    ['/msg Ahab are you there', '#a', { do: 'say', target: 'Ahab', text: 'are you there' }],
    ['/query Ahab', '', { do: 'open', name: 'Ahab' }],
    ['/nick Ishmael', '', { do: 'nick', nick: 'Ishmael' }],
    ['/topic Fair winds', '#a', { do: 'topic', channel: '#a', topic: 'Fair winds' }],
    ['/topic', '#a', { do: 'topic', channel: '#a', topic: '' }],
    ['/topic #b x', '', { do: 'topic', channel: '#b', topic: 'x' }],
    ['/whois Ahab', '', { do: 'whois', nick: 'Ahab' }],
    ['/quit good night', '#a', { do: 'quit', reason: 'good night' }],
    ['/help', '', { do: 'help' }],
  ])('%j in %j', (typed, place, action) => expect(parseInput(typed, place)).toEqual(action));

  it.each([
    ['ahoy', ''],
    ['/me waves', ''],
    ['/me', '#a'],
    ['/join', ''],
    ['/part', 'Ahab'],
    ['/topic x', 'Ahab'],
    ['/msg Ahab', ''],
    ['/nick', ''],
    ['/dance', '#a'],
    ['/', '#a'],
  ])('%j in %j is refused in words', (typed, place) => {
    expect(parseInput(typed, place)).toMatchObject({ do: 'refuse', words: expect.stringMatching(/\w/) });
  });
});

describe('whoisWords', () => {
  it('leaves out what is empty, and writes times as people do', () => {
    const found = {
      nick: 'Ahab',
      account: undefined,
      channels: [
        { name: '#a', modes: 'o' },
        { name: '#b', modes: '' },
      ],
      idleMs: 61_000,
      isSecure: true,
      isBot: false,
      away: '',
    };
    expect(whoisWords(found)).toBe('nick: Ahab, channels: #a #b, idle: 1 min 1 s, isSecure');
  });
});
