// IRC: what clients say and hear in channels of Ergo and InspIRCd. Members, modes, history, labels, standard replies.
import { chatHistory, connect, ctcp, type IrcClient } from '@fairlead/irc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servers as anonymous, newNick, nextEvent } from './irc.ts';
import { failure } from './support.ts';

/** With the account that Ergo has. */
const servers = { ...anonymous, Ergo: { ...anonymous.Ergo, username: 'app', password: 'app-password' } };

describe.each(['Ergo', 'InspIRCd'] as const)('%s', (server) => {
  let alice: IrcClient;
  let bob: IrcClient;
  let channel: string;

  beforeAll(async () => {
    [alice, bob] = await Promise.all([
      connect({ ...servers[server], nick: newNick(), realname: 'Alice' }),
      connect({ ...anonymous[server], nick: newNick() }),
    ]);
  });
  afterAll(() => Promise.all([alice.close(), bob.close()]));
  beforeEach(async () => {
    channel = `#${newNick()}`;
    await alice.join(channel);
    await bob.join(channel);
    await nextEvent(alice, 'join', (event) => event.from.nick === bob.nick);
    await nextEvent(bob, 'join', (event) => event.self && event.channel === channel);
  });

  it('members and their modes are known', async () => {
    const members = (client: IrcClient) =>
      [...(client.channel(channel)?.members.values() ?? [])]
        .map(({ user, modes }) => [user.nick, modes])
        .sort();
    const expected = [
      [alice.nick, 'o'],
      [bob.nick, ''],
    ].sort();
    expect(members(alice)).toEqual(expected);
    expect(members(bob)).toEqual(expected);
    expect(bob.channel(channel)?.complete).toBe(true);
    // By extended-join: only who comes later is told.
    expect(alice.user(bob.nick)).toMatchObject({ account: undefined, realname: bob.nick });

    await alice.request('MODE', [channel, '+v', bob.nick]);
    const { changes } = await nextEvent(bob, 'mode', (event) => event.target === channel && !event.self);
    expect(changes).toEqual([{ adding: true, mode: 'v', param: bob.nick }]);
    expect(bob.channel(channel)?.members.get(bob.isupport.fold(bob.nick))?.modes).toBe('v');
  });

  it('what is said is heard, and echoed with its name and time', async () => {
    const text = 'Ahoy from Göteborg: a : b, 横浜 ⚓';
    const [sent] = await alice.say(channel, text);
    expect(sent).toEqual({ text, id: expect.stringMatching(/./), time: expect.any(Number) });
    const heard = await nextEvent(bob, 'message');
    expect(heard).toMatchObject({
      kind: 'privmsg',
      target: channel,
      text,
      self: false,
      from: { nick: alice.nick },
    });
    expect(heard.message.tags.msgid).toBe(sent?.id);
    expect(heard.time).toBe(sent?.time);
    expect(Math.abs(heard.time - Date.now())).toBeLessThan(60_000);
  });

  it('notices, actions, CTCP, tags, and words for one alone', async () => {
    await alice.notice(channel, ':with a colon');
    await alice.action(channel, 'waves');
    await alice.say(bob.nick, 'psst');
    expect(await nextEvent(bob, 'message')).toMatchObject({ kind: 'notice', text: ':with a colon' });
    expect(await nextEvent(bob, 'message')).toMatchObject({ kind: 'action', text: 'waves', target: channel });
    expect(await nextEvent(bob, 'message')).toMatchObject({
      kind: 'privmsg',
      text: 'psst',
      target: bob.nick,
    });
    await ctcp(alice, bob.nick, 'VERSION');
    expect(await nextEvent(bob, 'ctcp')).toMatchObject({ command: 'VERSION', reply: false });
    alice.send('TAGMSG', [channel], { '+draft/react': '⚓;= \\', '+typing': 'active' });
    const { message } = await nextEvent(bob, 'tagmsg');
    expect(message.tags).toMatchObject({ '+draft/react': '⚓;= \\', '+typing': 'active' });
  });

  it('a long text goes in several messages, none of which cuts a character', async () => {
    const text = '横浜⚓'.repeat(150);
    const sent = await alice.say(channel, text);
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map((piece) => piece.text).join('')).toBe(text);
    let heard = '';
    while (heard.length < text.length) heard += (await nextEvent(bob, 'message')).text;
    expect(heard).toBe(text);
  });

  it('200 messages come in order', async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    const saying = Promise.all(texts.map((text) => alice.say(channel, text)));
    const heard: string[] = [];
    for await (const event of bob) {
      if (event.type === 'message') heard.push(event.text);
      if (heard.length === texts.length) break;
    }
    expect(heard).toEqual(texts);
    await saying;
  });

  it('topics, away, names and nicks are kept current', async () => {
    await alice.setTopic(channel, 'Fair winds');
    expect(await nextEvent(bob, 'topic')).toMatchObject({ channel, topic: 'Fair winds' });
    expect(bob.channel(channel)?.topic).toBe('Fair winds');

    await alice.request('AWAY', ['At sea']);
    expect(await nextEvent(bob, 'away')).toMatchObject({ from: { nick: alice.nick }, away: 'At sea' });
    expect(bob.user(alice.nick)?.away).toBe('At sea');
    await alice.request('AWAY');
    expect((await nextEvent(bob, 'away')).away).toBeUndefined();

    await alice.request('SETNAME', ['Alice of 横浜']);
    expect(await nextEvent(bob, 'setname')).toMatchObject({ realname: 'Alice of 横浜' });
    expect(bob.user(alice.nick)?.realname).toBe('Alice of 横浜');

    const [before, after] = [alice.nick, newNick()];
    await alice.setNick(after);
    expect(await nextEvent(bob, 'nick')).toMatchObject({ from: { nick: before }, nick: after });
    expect(alice.nick).toBe(after);
    expect([bob.user(before), bob.user(after)?.nick]).toEqual([undefined, after]);
  });

  it('part, kick, invite, and a key', async () => {
    await bob.part(channel, 'Bye');
    const { reason } = await nextEvent(alice, 'part');
    expect(reason.replaceAll('"', '')).toBe('Bye');
    expect(bob.channel(channel)).toBeUndefined();
    expect(alice.channel(channel)?.members.size).toBe(1);

    await alice.request('MODE', [channel, '+ik', 'secret']);
    expect((await failure(bob.join(channel))).server?.code).toMatch(/^47[35]$/);
    await alice.request('MODE', [channel, '-i']);
    expect((await failure(bob.join(channel))).server?.code).toBe('475');
    await bob.join(channel, { key: 'secret' });
    await alice.request('KICK', [channel, bob.nick, 'Overboard']);
    expect(await nextEvent(bob, 'kick')).toMatchObject({ channel, me: true, reason: 'Overboard' });
    expect(bob.channel(channel)).toBeUndefined();
    await alice.request('INVITE', [bob.nick, channel]);
    expect(await nextEvent(bob, 'invite')).toMatchObject({
      channel,
      nick: bob.nick,
      from: { nick: alice.nick },
    });
  });

  it('commands await their own answers, whatever comes between', async () => {
    const [names, whois, unknown, time] = await Promise.all([
      alice.request('NAMES', [channel]),
      alice.request('WHOIS', [bob.nick]),
      failure(alice.request('NONSENSE')),
      alice.request('TIME'),
      bob.say(channel, 'between'),
    ]);
    expect(names.messages.map(({ command }) => command)).toEqual(['353', '366']);
    expect(whois.messages.map(({ command }) => command)).toEqual(expect.arrayContaining(['311', '318']));
    expect(unknown).toMatchObject({ code: 'server', server: { code: '421' } });
    expect(time.messages.map(({ command }) => command)).toEqual(['391']);
  });

  it.each([
    ['a nick that is in use', (): Promise<unknown> => bob.setNick(alice.nick), '433'],
    ['words for nobody', () => bob.say('nobody-here', 'x'), '401'],
    [
      'words for a channel from outside',
      async () => {
        await bob.part(channel);
        await bob.say(channel, 'x');
      },
      '404',
    ],
    ['a topic by somebody who may not', () => bob.setTopic(channel, 'x'), '482'],
  ])('%s is `server`, and the connection goes on', async (_name, attempt, code) => {
    expect(await failure(attempt())).toMatchObject({ code: 'server', server: { code } });
    await bob.request('TIME');
  });
});

/** Commands with what answers them. With labels there may be an ACK; without, Ergo's AWAY of the client itself too. */
const ANSWERED: readonly (readonly [
  command: string,
  params: readonly string[],
  answer: readonly string[],
])[] = [
  ['WHO', ['#channel'], ['352', '315']],
  ['NAMES', ['#channel'], ['353', '366']],
  ['MODE', ['#channel'], ['324', '329']],
  ['MODE', ['#channel', '+b'], ['368']],
  ['TOPIC', ['#channel'], ['331']],
  ['JOIN', ['#channel'], []],
  ['AWAY', ['At sea'], ['306']],
  ['AWAY', [], ['305']],
  ['ISON', ['nobody-here'], ['303']],
  ['TIME', [], ['391']],
  ['NOTICE', ['#channel', 'Ahoy'], ['NOTICE']],
  ['PART', ['#channel'], ['PART']],
];

describe.concurrent.each([
  ['Ergo', servers.Ergo],
  ['Ergo without labels', { ...servers.Ergo, capabilities: ['-labeled-response'] }],
  ['InspIRCd', servers.InspIRCd],
  ['InspIRCd without labels', { ...servers.InspIRCd, capabilities: ['-labeled-response'] }],
] as const)('%s', (_name, options) => {
  it('answers come to those who asked, all at once', async () => {
    const channel = `#${newNick()}`;
    await using client = await connect({ ...options, nick: newNick(), channels: [channel] });
    const asked = ANSWERED.map(async ([command, params]) => {
      const named = params.map((param) => param.replace('#channel', channel));
      const { messages } = await client.request(command, named);
      return messages.map((message) => message.command).filter((one) => !/^(ACK|AWAY)$/.test(one));
    });
    expect(await Promise.all(asked)).toEqual(ANSWERED.map(([, , answer]) => answer));
  });
});

describe.concurrent('Ergo alone', () => {
  it('tells what was said before somebody came', async () => {
    const channel = `#${newNick()}`;
    await using alice = await connect({ ...servers.Ergo, nick: newNick(), channels: [channel] });
    const said: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const [sent] = await alice.say(channel, `message ${index}`);
      said.push(sent?.id ?? '');
    }
    await using late = await connect({ ...servers.Ergo, nick: newNick(), channels: [channel] });
    const texts = async (options: Parameters<typeof chatHistory>[2]) =>
      (await chatHistory(late, channel, options)).flatMap((event) =>
        event.type === 'message' && event.from.nick === alice.nick ? [event.text] : [],
      );
    // The fourth is told by Ergo's HistServ: that `late` came.
    expect(await texts({ limit: 4 })).toEqual(['message 17', 'message 18', 'message 19']);
    expect(await texts({ before: { id: said[5] ?? '' }, limit: 2 })).toEqual(['message 3', 'message 4']);
    expect(await texts({ after: { id: said[5] ?? '' }, limit: 2 })).toEqual(['message 6', 'message 7']);
    const between = { after: { id: said[3] ?? '' }, before: { id: said[7] ?? '' } };
    expect(await texts(between)).toEqual(['message 4', 'message 5', 'message 6']);
    // The first is that `alice` came.
    expect(await texts({ after: { time: 0 }, limit: 2 })).toEqual(['message 0']);
    const [event] = await chatHistory(late, channel, { around: { id: said[9] ?? '' }, limit: 1 });
    expect(event).toMatchObject({ from: { nick: alice.nick }, message: { tags: { msgid: said[9] } } });
  });

  it('refuses by a standard reply', async () => {
    await using client = await connect({ ...servers.Ergo, nick: newNick() });
    const error = await failure(chatHistory(client, `#${newNick()}`));
    expect(error).toMatchObject({ code: 'server', server: { code: 'INVALID_TARGET' } });
  });

  it('shows accounts: of those who come, and those who log in', async () => {
    const channel = `#${newNick()}`;
    await using watcher = await connect({ ...servers.Ergo, nick: newNick(), channels: [channel] });
    await using guest = await connect({
      ...servers.Ergo,
      nick: newNick(),
      username: undefined,
      password: undefined,
      channels: [channel],
    });
    await nextEvent(watcher, 'join', (event) => event.from.nick === guest.nick);
    expect(watcher.user(guest.nick)?.account).toBeUndefined();
    guest.send('NICKSERV', ['IDENTIFY', 'app', 'app-password']);
    expect(await nextEvent(watcher, 'account')).toMatchObject({ account: 'app', from: { nick: guest.nick } });
    expect(watcher.user(guest.nick)?.account).toBe('app');
    await using member = await connect({ ...servers.Ergo, nick: newNick(), channels: [channel] });
    await nextEvent(watcher, 'join', (event) => event.from.nick === member.nick);
    expect(watcher.user(member.nick)?.account).toBe('app');
  });
});

describe.concurrent('InspIRCd alone', () => {
  it('capabilities come and go', async () => {
    await using operator = await connect({ ...servers.InspIRCd, nick: newNick() });
    await operator.request('OPER', ['operator', 'operator-password']);
    expect(operator.capabilities.has('chghost')).toBe(false);
    await operator.request('LOADMODULE', ['ircv3_chghost']);
    await nextEvent(operator, 'capabilities', ({ enabled }) => enabled.includes('chghost'));
    expect(operator.capabilities.has('chghost')).toBe(true);
    await operator.request('UNLOADMODULE', ['ircv3_chghost']);
    await nextEvent(operator, 'capabilities', ({ enabled }) => !enabled.includes('chghost'));
    expect(operator.capabilities.has('chghost')).toBe(false);
  });
});
