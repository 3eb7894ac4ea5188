// IRC: names(), whois(), topic(), joining again after a KICK, independent loops and split lines, with Ergo and InspIRCd.
import { connect, type IrcClient, names, rejoinAfterKick, topic, whois } from '@fairlead/irc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newNick, nextEvent, servers } from './irc.ts';

const rejoin = rejoinAfterKick({ delayMs: 50 });

describe.each(['Ergo', 'InspIRCd'] as const)('%s', (server) => {
  let alice: IrcClient;
  let bob: IrcClient;
  let channel: string;

  beforeAll(async () => {
    [alice, bob] = await Promise.all([
      connect({ ...servers[server], rejoin, nick: newNick(), realname: 'Alice of 横浜' }),
      connect({ ...servers[server], rejoin, nick: newNick() }),
    ]);
  });
  afterAll(() => Promise.all([alice.close(), bob.close()]));
  beforeEach(async () => {
    channel = `#${newNick()}`;
    await alice.join(channel);
  });

  it('names tells who is in a channel, from outside too', async () => {
    expect(await names(bob, channel)).toMatchObject([{ nick: alice.nick, modes: 'o' }]);
    await bob.join(channel);
    const entries = await names(alice, channel);
    expect(entries.map(({ nick, modes }) => [nick, modes]).sort()).toEqual(
      [
        [alice.nick, 'o'],
        [bob.nick, ''],
      ].sort(),
    );
    expect(await names(alice, `#${newNick()}`)).toEqual([]);
  });

  it('whois tells about a user, and undefined for nobody', async () => {
    const told = await whois(bob, alice.nick);
    expect(told).toMatchObject({
      nick: alice.nick,
      realname: 'Alice of 横浜',
      isSecure: true,
      isOperator: false,
      away: undefined,
    });
    expect(told?.channels).toContainEqual({ name: channel, modes: 'o' });
    // Ergo is one server, and does not name it.
    expect(told?.server).toBe(server === 'Ergo' ? undefined : 'inspircd.mail.test');
    await alice.request('AWAY', ['At sea']);
    expect((await whois(bob, alice.nick))?.away).toBe('At sea');
    await alice.request('AWAY');
    // Both servers tell a user more about itself.
    const own = await whois(alice, alice.nick);
    expect(Math.abs((own?.signedOnAtMs ?? 0) - Date.now())).toBeLessThan(600_000);
    expect(own?.idleMs).toBeLessThan(600_000);
    expect(await whois(bob, newNick())).toBeUndefined();
  });

  it('topic tells the text, who set it and when', async () => {
    expect(await topic(alice, channel)).toEqual({ text: '', setBy: undefined, setAtMs: undefined });
    await alice.setTopic(channel, 'Fair winds: ⚓');
    const { text, setBy, setAtMs = 0 } = await topic(alice, channel);
    expect([text, setBy?.nick]).toEqual(['Fair winds: ⚓', alice.nick]);
    expect(Math.abs(setAtMs - Date.now())).toBeLessThan(600_000);
  });

  it('a client that was kicked joins again, with the key', async () => {
    await alice.request('MODE', [channel, '+k', 'secret']);
    await bob.join(channel, { key: 'secret' });
    const events = bob.events();
    await alice.request('KICK', [channel, bob.nick, 'Overboard']);
    for await (const event of events) if (event.type === 'kick') break;
    await expect.poll(() => bob.channel(channel)?.members.size).toBe(2);
    await bob.part(channel);
  });

  it('two loops hear the same, line by line', async () => {
    await bob.join(channel);
    const hear = async () => {
      const texts: string[] = [];
      for await (const event of bob.events()) {
        if (event.type === 'message' && texts.push(event.text) === 3) break;
      }
      return texts;
    };
    const heard = [hear(), hear()];
    const sent = await alice.say(channel, 'one\r\ntwo\n\nthree\n', { lines: 'split' });
    expect(sent.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(await Promise.all(heard)).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three'],
    ]);
    expect(await nextEvent(bob, 'message')).toMatchObject({ text: 'one' });
  });
});
