// IRC: Ergo behind a faulty link. What is cut, stalled or in pieces is heard of, and nothing hangs.
import { connect, type IrcClient } from '@fairlead/irc';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { newNick, nextEvent } from './irc.ts';
import { failure } from './support.ts';

const { proxies } = inject('servers');
const control = faultProxyControl(proxies.irc.controlUrl);
const quick = {
  hostname: 'localhost',
  port: proxies.irc.port,
  tls: false,
  flood: { intervalMs: 0 },
} as const;
const login = { username: 'app', password: 'app-password' };

/** How the events of a connection end. */
function ending(client: IrcClient) {
  return failure(
    (async () => {
      for await (const _event of client);
    })(),
  );
}

describe('a connection', () => {
  it('in one-byte segments hears and says the same', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    const channel = `#${newNick()}`;
    await using alice = await connect({ ...quick, nick: newNick(), ...login, channels: [channel] });
    await using bob = await connect({ ...quick, nick: newNick(), channels: [channel] });
    expect(alice.account).toBe('app');
    const [sent] = await alice.say(channel, 'Ahoy from 横浜 ⚓');
    const heard = await nextEvent(bob, 'message');
    expect(heard).toMatchObject({ text: 'Ahoy from 横浜 ⚓', message: { tags: { msgid: sent?.id } } });
  });

  it.each(['reset', 'end'] as const)(
    'that ends with %s ends the events, and what was under way',
    async (how) => {
      await control.setPlan({ toClient: { cut: { atByte: 20_000, how } } });
      const channel = `#${newNick()}`;
      await using client = await connect({ ...quick, nick: newNick(), channels: [channel] });
      const ended = ending(client);
      const lost = await failure(
        (async () => {
          for (;;) await client.say(channel, 'x'.repeat(300));
        })(),
      );
      expect(lost).toMatchObject({ code: 'connection_lost' });
      expect(await ended).toMatchObject({ code: 'connection_lost' });
    },
  );

  it('that falls silent is given up, by its PINGs', async () => {
    await control.setPlan({});
    await control.clearStats();
    await (await connect({ ...quick, nick: newNick() })).close();
    const { bytesFromServer } = await control.stats();
    await control.setPlan({ toClient: { cut: { atByte: bytesFromServer + 500, how: 'stall' } } });
    const pings = { pingIntervalMs: 100, pingTimeoutMs: 500 };
    await using client = await connect({ ...quick, nick: newNick(), ...pings });
    const error = await ending(client);
    expect(['timeout', 'connection_lost']).toContain(error.code);
  });

  it('whose login is cut off', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 200, how: 'reset' } } });
    expect((await failure(connect({ ...quick, nick: newNick(), ...login }))).code).toBe('connection_lost');
  });

  it('tells its lag', async () => {
    await control.setPlan({ toClient: { delayMs: 100 } });
    await using client = await connect({ ...quick, nick: newNick(), pingIntervalMs: 50 });
    while (client.lagMs === undefined) await client.request('TIME');
    expect(client.lagMs).toBeGreaterThanOrEqual(90);
    expect(client.lagMs).toBeLessThan(10_000);
  });
});
