// Independent loops over the events: each has a queue of its own, and none takes another's events or ends another.
import { describe, expect, it } from 'vitest';
import type { EventsOptions, IrcEvent } from '../src/index.ts';
import { lines, open, outcome } from './wire.ts';

const said = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `:bob!b@h PRIVMSG me :${index}`);
const texts = (events: readonly IrcEvent[]) =>
  events.flatMap((event) => (event.type === 'message' ? [event.text] : []));

/** The next texts. The client's own queue has the greeting before them. */
async function take(events: AsyncIterable<IrcEvent>, count: number): Promise<IrcEvent[]> {
  const taken: IrcEvent[] = [];
  for await (const event of events) if (event.type === 'message' && taken.push(event) === count) break;
  return taken;
}

describe('client.events()', () => {
  it('gives each loop all events', async () => {
    const { peer, client } = await open();
    const loops = [client.events(), client.events(), client];
    const taken = loops.map((loop) => take(loop, 3));
    peer.sendLines(...said(3));
    for (const events of await Promise.all(taken)) expect(texts(events)).toEqual(['0', '1', '2']);
    expect(client.droppedEvents).toBe(0);
  });

  it('begins with the call, and ends with its loop alone', async () => {
    const { peer, client } = await open();
    peer.sendLines(...said(2));
    expect(texts(await take(client, 2))).toEqual(['0', '1']);
    const late = client.events();
    const other = client.events();
    peer.sendLines(':bob!b@h PRIVMSG me :later');
    expect(texts(await take(late, 1))).toEqual(['later']);
    peer.sendLines(':bob!b@h PRIVMSG me :last');
    expect(texts(await take(other, 2))).toEqual(['later', 'last']);
    expect(await late.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a loop that is too slow, and neither the connection nor other loops', async () => {
    const { peer, client } = await open();
    const slow = client.events({ maxQueued: 5 });
    const quick = take(client.events(), 20);
    peer.sendLines(...said(20));
    expect(texts(await quick)).toHaveLength(20);
    expect(await outcome(take(slow, 20))).toMatchObject({ code: 'limit' });
    peer.expect(lines('TIME', 'PING f1')).sendLines('PONG irc.test f1');
    await client.request('TIME');
  });

  it.each<[EventsOptions, string[], number]>([
    [{ maxQueued: 3, overflow: 'drop-oldest' }, ['17', '18', '19'], 17],
    [{ maxQueued: 3, overflow: 'drop-newest' }, ['0', '1', '2'], 17],
  ])('drops events by %j, and counts them', async (options, left, dropped) => {
    const { peer, client } = await open();
    const events = client.events(options);
    const all = take(client, 20);
    peer.sendLines(...said(20));
    await all;
    expect(events.dropped).toBe(dropped);
    expect(texts(await take(events, 3))).toEqual(left);
  });

  it('stops reading for a loop that says so', async () => {
    const { peer, client } = await open();
    const events = client.events({ maxQueued: 2, overflow: 'wait' });
    peer.sendLines(...said(50), 'PING x').expect(lines('PONG x'));
    let answered = false;
    void peer.done().then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    expect(texts(await take(events, 50))).toHaveLength(50);
    await peer.done();
  });

  it('ends with the connection: plainly by close, with its failure otherwise', async () => {
    const first = await open();
    const closed = first.client.events();
    first.peer.expect(lines('QUIT')).expectEnd().close();
    await first.client.close();
    expect(await take(closed, 1)).toEqual([]);
    expect(await take(first.client.events(), 1)).toEqual([]);

    const { peer, client } = await open();
    const loops = [client.events(), client.events()];
    peer.sendLines(...said(1)).reset();
    for (const loop of loops) {
      expect(await loop.next()).toMatchObject({ value: { text: '0' } });
      expect(await outcome(loop.next())).toMatchObject({ code: 'connection_lost' });
    }
    expect(await outcome(take(client, 2))).toMatchObject({ code: 'connection_lost' });
    expect(await outcome(client.events().next())).toMatchObject({ code: 'connection_lost' });
  });

  it.each([null, 5, { maxQueued: 0 }, { overflow: 'block' }])('refuses the options %j', async (options) => {
    const { client } = await open();
    expect(() => client.events(options as EventsOptions)).toThrow(
      expect.objectContaining({ code: 'usage', safeToRetry: true }),
    );
  });
});
