// What each event does to the chat.
import { describe, expect, it } from 'vitest';
import { Chat, SERVER } from '../../src/pages/irc/chat/chat.ts';
import type { ChatEvent, TextEvent } from '../../src/pages/irc/chat/events.ts';

const by = (nick: string, self = false) => ({
  time: 1_000,
  from: { nick, user: 'u', host: 'h' },
  self,
});
const said = (from: string, target: string, text: string, more: Partial<TextEvent> = {}): TextEvent => ({
  event: 'message',
  kind: 'privmsg',
  target,
  text,
  ...by(from),
  ...more,
});

function ready(capabilities: readonly string[] = []): Chat {
  const chat = new Chat();
  const members = [
    { nick: 'Me', modes: '' },
    { nick: 'Ahab', modes: 'o' },
  ];
  chat.take({
    event: 'ready',
    nick: 'Me',
    server: { name: 'irc.test', version: 'x', network: 'Net' },
    capabilities,
    channels: [{ name: '#Sea', topic: 'Fair winds', members }],
  });
  return chat;
}

const textsIn = (chat: Chat, name: string) => chat.open(name).lines.map(({ text }) => text);
const membersIn = (chat: Chat, name: string) => [...chat.open(name).members.values()].map(({ nick }) => nick);

describe('Chat', () => {
  it('begins with what the server tells', () => {
    const chat = ready(['draft/chathistory']);
    expect([chat.nick, chat.network, chat.hasHistory, chat.joined]).toEqual(['Me', 'Net', true, ['#Sea']]);
    expect([chat.open('#sea').topic, membersIn(chat, '#SEA')]).toEqual(['Fair winds', ['Me', 'Ahab']]);
    expect(ready().hasHistory).toBe(false);
  });

  it('puts texts where they belong, and counts what is unread', () => {
    const chat = ready();
    chat.take(said('Ahab', '#sea', 'ahoy'));
    chat.take(said('Ahab', '@#sea', 'Me: come'));
    chat.take(said('Ahab', 'Me', 'psst'));
    chat.take(said('Me', 'Ahab', 'yes?', by('Me', true)));
    chat.take(said('irc.test', 'Me', 'welcome', { from: { nick: 'irc.test', user: '', host: '' } }));
    expect(textsIn(chat, '#sea')).toEqual(['ahoy', 'Me: come']);
    expect(chat.open('#sea')).toMatchObject({ unread: 2, mentions: 1 });
    expect(textsIn(chat, 'ahab')).toEqual(['psst', 'yes?']);
    expect(chat.open('Ahab')).toMatchObject({ unread: 1, mentions: 1 });
    expect(chat.server.lines.at(-1)?.text).toBe('welcome');
    chat.show('#Sea');
    chat.take(said('Ahab', '#sea', 'more'));
    expect(chat.open('#sea')).toMatchObject({ unread: 0, mentions: 0 });
  });

  it('follows people who come, go and change their names', () => {
    const chat = ready();
    chat.take({ event: 'join', channel: '#sea', ...by('Ish') });
    chat.take({ event: 'nick', nick: 'Ishmael', ...by('Ish') });
    expect(membersIn(chat, '#sea')).toEqual(['Me', 'Ahab', 'Ishmael']);
    chat.take({ event: 'quit', reason: 'sunk', channels: ['#sea'], ...by('Ahab') });
    chat.take({ event: 'kick', channel: '#sea', nick: 'ISHMAEL', reason: '', me: false, ...by('Me') });
    expect(membersIn(chat, '#sea')).toEqual(['Me']);
    chat.take({ event: 'topic', channel: '#sea', topic: 'Calm', ...by('Me') });
    chat.take({ event: 'nick', nick: 'I', ...by('Me', true) });
    expect([chat.open('#sea').topic, chat.nick]).toEqual(['Calm', 'I']);
    expect(textsIn(chat, '#sea')).toEqual([
      'Ish has joined',
      'Ish is now Ishmael',
      'Ahab is gone: sunk',
      'Me has put ISHMAEL out',
      'Me has set the topic: Calm',
      'Me is now I',
    ]);
  });

  it('knows which channels one is in', () => {
    const chat = ready();
    chat.take({ event: 'part', channel: '#sea', reason: '', ...by('Me', true) });
    expect([chat.joined, chat.open('#sea').members.size]).toEqual([[], 0]);
    chat.take({ event: 'join', channel: '#sea', ...by('Me', true) });
    expect(chat.joined).toEqual(['#Sea']);
    chat.take({ event: 'kick', channel: '#sea', nick: 'Me', reason: 'x', me: true, ...by('Ahab') });
    expect(chat.joined).toEqual([]);
    chat.show('#sea');
    chat.close('#sea');
    expect(chat.current).toBe(SERVER);
  });

  it('takes no line twice, and sorts in what the server remembers', () => {
    const chat = ready();
    const first = said('Ahab', '#sea', 'first', { time: 1, tags: { msgid: 'a' } });
    const second = said('Ahab', '#sea', 'second', { time: 2, tags: { msgid: 'b' } });
    const third = said('HistServ', '#sea', 'Ish joined the channel', { time: 2 });
    chat.take(second);
    chat.take(second);
    const sea = chat.open('#sea');
    expect(sea.merge(chat.linesOf([first, second, third]))).toBe(1);
    expect(textsIn(chat, '#sea')).toEqual(['first', 'second']);
  });

  it('takes the live events of a batch, and a history from its answer alone', () => {
    const chat = ready();
    const events = [said('Ahab', '#sea', 'old')];
    chat.take({ event: 'batch', batch: 'chathistory', events });
    expect(textsIn(chat, '#sea')).toEqual([]);
    const split = { event: 'quit', reason: 'a b', channels: ['#sea'], ...by('Ahab') } as const;
    chat.take({ event: 'batch', batch: 'netsplit', events: [split] });
    expect(textsIn(chat, '#sea')).toEqual(['Ahab is gone: a b']);
  });

  it('passes over what it does not know, and numerics that tell a person nothing', () => {
    const chat = ready();
    const before = chat.server.lines.length;
    chat.take({ event: 'names', time: 1, channel: '#sea' } as unknown as ChatEvent);
    chat.take({ event: 'other', time: 1, command: '366', params: ['Me', '#sea', 'End'] });
    chat.take({ event: 'other', time: 1, command: '372', params: ['Me', '- Ahoy'] });
    expect(chat.server.lines.slice(before).map(({ text }) => text)).toEqual(['- Ahoy']);
  });

  it('lets old lines go, and strangers open no more conversations than it bears', () => {
    const chat = ready();
    for (let i = 0; i < 3_010; i++) chat.take(said('Ahab', '#sea', String(i)));
    expect([chat.open('#sea').lines.length, chat.open('#sea').dropped]).toEqual([3_000, 10]);
    for (let i = 0; i < 300; i++) chat.take(said(`n${i}`, 'Me', 'spam'));
    expect(chat.conversations.size).toBe(200);
  });
});
