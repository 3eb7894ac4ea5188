// Publishing: what is sent, what comes back, and how each wait ends.
import { describe, expect, it } from 'vitest';
import type { PublishOptions } from '../src/types/client.ts';
import { open, outcome } from './broker.ts';

describe('publish', () => {
  it('sends what one tick publishes in one write, and settles it together', async () => {
    const { client, line, writes } = await open();
    const all = Array.from({ length: 100 }, (_, n) => client.publish('t', `${n}`));
    await Promise.all(all);
    expect(writes.length).toBe(1);
    for (let n = 0; n < 100; n++) {
      const packet = await line.expect('publish');
      expect([packet.topic, String(packet.payload)]).toEqual(['t', `${n}`]);
    }
  });

  it('resolves at PUBACK with what it says', async () => {
    const { client, line } = await open();
    const all = Promise.allSettled(['a', 'b', 'c'].map((topic) => client.publish(topic, 'x', { qos: 1 })));
    const ids: unknown[] = [];
    for (let n = 0; n < 3; n++) ids.push((await line.expect('publish')).messageId);
    line.send(
      { cmd: 'puback', messageId: ids[1], reasonCode: 0x10 },
      { cmd: 'puback', messageId: ids[0], reasonCode: 0, properties: { reasonString: 'fine' } },
      { cmd: 'puback', messageId: ids[2], reasonCode: 0x97, properties: { reasonString: 'full' } },
    );
    expect(await all).toMatchObject([
      { value: { reasonCode: 0, reasonString: 'fine' } },
      { value: { reasonCode: 16 } },
      {
        reason: {
          code: 'server',
          server: { code: '0x97', message: 'full', fields: { reason: 'Quota exceeded' } },
        },
      },
    ]);
  });

  it('goes through PUBREC, PUBREL and PUBCOMP', async () => {
    const { client, line } = await open();
    let done = false;
    const published = client.publish('t', 'x', { qos: 2 }).then((result) => {
      done = true;
      return result;
    });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
    expect(await line.expect('pubrel')).toMatchObject({ messageId });
    expect(done).toBe(false);
    line.send({ cmd: 'pubcomp', messageId, reasonCode: 0 });
    expect(await published).toEqual({ reasonCode: 0 });
  });

  it('sends no more than Receive Maximum, and the rest in order', async () => {
    const { client, line } = await open({}, { receiveMaximum: 2 });
    const all = Array.from({ length: 5 }, (_, n) => client.publish('t', `${n}`, { qos: 1 }));
    const first = [await line.expect('publish'), await line.expect('publish')];
    await client.publish('now', 'x');
    expect((await line.expect('publish')).topic).toBe('now');
    for (let n = 2; n < 5; n++) {
      line.send({ cmd: 'puback', messageId: first.shift()?.messageId, reasonCode: 0 });
      const packet = await line.expect('publish');
      expect(String(packet.payload)).toBe(`${n}`);
      first.push(packet);
    }
    for (const { messageId } of first) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await Promise.all(all);
  });

  it('sends no more than 20 at once in MQTT 3.1.1, which has no Receive Maximum', async () => {
    const { client, line } = await open({ protocolVersion: 4 });
    expect(client.server.receiveMaximum).toBe(20);
    const all = Array.from({ length: 21 }, (_, n) => client.publish('t', `${n}`, { qos: 2 }));
    const first = await line.expect('publish');
    for (let n = 1; n < 20; n++) await line.expect('publish');
    await client.publish('now', 'x');
    expect((await line.expect('publish')).topic).toBe('now');
    line.send({ cmd: 'pubrec', messageId: first.messageId });
    await line.expect('pubrel');
    line.send({ cmd: 'pubcomp', messageId: first.messageId });
    expect(String((await line.expect('publish')).payload)).toBe('20');
    expect(await all[0]).toEqual({ reasonCode: 0 });
    for (const waiting of all.slice(1)) waiting.catch(() => undefined);
    await client.close();
  });

  it('keeps identifiers apart over many messages', async () => {
    const { client, line } = await open({ timeoutMs: 60_000 });
    const open_ = new Set<unknown>();
    let done = 0;
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < 140; n++) {
      for (let m = 0; m < 500; m++) all.push(client.publish('t', '', { qos: 1 }).then(() => done++));
      for (let m = 0; m < 500; m++) {
        const { messageId } = await line.expect('publish');
        expect(open_.has(messageId) || messageId === 0).toBe(false);
        open_.add(messageId);
      }
      // All but one of each round, so that some stay in use for good.
      for (const messageId of [...open_].slice(n + 1)) {
        open_.delete(messageId);
        line.send({ cmd: 'puback', messageId, reasonCode: 0 });
      }
    }
    for (const messageId of open_) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await Promise.all(all);
    expect(done).toBe(70_000);
  });

  it('uses aliases for topics that come again, as many as the broker takes', async () => {
    const { client, line } = await open({}, { topicAliasMaximum: 1 });
    for (const topic of ['a', 'a', 'a', 'b', 'b', 'a']) void client.publish(topic, 'x');
    const seen: unknown[] = [];
    for (let n = 0; n < 6; n++) {
      const { topic, properties } = await line.expect('publish');
      seen.push([topic, (properties as Record<string, unknown> | undefined)?.topicAlias]);
    }
    expect(seen).toEqual([
      ['a', undefined],
      ['a', 1],
      ['', 1],
      ['b', undefined],
      ['b', undefined],
      ['', 1],
    ]);
  });

  it('copies the payload when it is given', async () => {
    const { client, line } = await open();
    const payload = new TextEncoder().encode('abc');
    const published = client.publish('t', payload);
    payload.fill(0);
    await published;
    expect(String((await line.expect('publish')).payload)).toBe('abc');
  });

  it.each<[string, string, PublishOptions]>([
    ['', 'x', {}],
    ['a/+', 'x', {}],
    ['a#', 'x', {}],
    ['a\0', 'x', {}],
    ['\ud800', 'x', {}],
    ['x'.repeat(65_536), 'x', {}],
    ['t', '\udfff', {}],
    ['t', 5 as unknown as string, {}],
    ['t', 'x', { qos: 3 as 2 }],
    ['t', 'x', { properties: { responseTopic: 'a/#' } }],
    ['t', 'x', { properties: { messageExpirySeconds: -1 } }],
    ['t', 'x', { properties: { contentType: '\0' } }],
    ['t', 'x', { properties: { correlationData: new Uint8Array(65_536) } }],
    ['t', 'x', { properties: { userProperties: [['a', '\ud800']] as const } }],
  ])('refuses, alone, what cannot be published: case %#', async (topic, payload, options) => {
    const { client, line } = await open();
    const results = await Promise.all([
      outcome(client.publish(topic, payload, options)),
      client.publish('ok', ''),
    ]);
    expect(results[0]).toMatchObject({ code: 'usage', safeToRetry: true });
    expect((await line.expect('publish')).topic).toBe('ok');
  });

  it('refuses what the broker does not take', async () => {
    const limits = { maximumPacketSize: 20, maximumQoS: 1, retainAvailable: false };
    const { client } = await open({}, limits);
    expect(await outcome(client.publish('t', 'x'.repeat(20), { qos: 1 }))).toMatchObject({ code: 'limit' });
    expect(await outcome(client.publish('t', 'x', { qos: 2 }))).toMatchObject({ code: 'usage' });
    expect(await outcome(client.publish('t', 'x', { retain: true }))).toMatchObject({ code: 'usage' });
    const old = await open({ protocolVersion: 4 });
    const withProperties = old.client.publish('t', 'x', { properties: { contentType: 'x' } });
    expect(await outcome(withProperties)).toMatchObject({ code: 'usage' });
  });

  it('stops waiting on a signal or in time, and lets the message be finished', async () => {
    const { client, line } = await open();
    const abort = new AbortController();
    const waiting = [
      outcome(client.publish('a', '', { qos: 1, timeoutMs: 30 })),
      outcome(client.publish('b', '', { qos: 1, signal: abort.signal })),
    ];
    const ids = [(await line.expect('publish')).messageId, (await line.expect('publish')).messageId];
    abort.abort('enough');
    expect(await Promise.all(waiting)).toMatchObject([
      { code: 'timeout', safeToRetry: false },
      { code: 'aborted', safeToRetry: false, cause: 'enough' },
    ]);
    for (const messageId of ids) line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    const after = client.publish('c', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    expect(await after).toEqual({ reasonCode: 0 });
    expect(await outcome(client.publish('d', '', { signal: abort.signal }))).toMatchObject({
      code: 'aborted',
    });
  });

  it('takes a message back that was not sent', async () => {
    const { client, line } = await open({}, { receiveMaximum: 1 });
    const first = client.publish('a', '', { qos: 1 });
    const second = outcome(client.publish('b', '', { qos: 1, timeoutMs: 20 }));
    const { messageId } = await line.expect('publish');
    expect(await second).toMatchObject({ code: 'timeout', safeToRetry: true });
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await first;
    void client.publish('c', '');
    expect((await line.expect('publish')).topic).toBe('c');
  });

  it('ignores an acknowledgement of nothing, and lets go of a PUBREC of nothing', async () => {
    const { client, line } = await open();
    const published = client.publish('t', '', { qos: 1 });
    const { messageId } = await line.expect('publish');
    line.send(
      { cmd: 'puback', messageId: 999, reasonCode: 0 },
      { cmd: 'pubcomp', messageId: 999, reasonCode: 0 },
    );
    line.send({ cmd: 'pubrec', messageId: 998, reasonCode: 0 });
    expect(await line.expect('pubrel')).toMatchObject({ messageId: 998, reasonCode: 0x92 });
    line.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await published;
  });

  it('ends with the connection', async () => {
    const { client, line } = await open();
    const all = [client.publish('a', '', { qos: 1 }), client.publish('b', '', { qos: 2 })].map(outcome);
    await line.expect('publish');
    await line.expect('publish');
    line.server.end();
    expect(await Promise.all(all)).toMatchObject([{ code: 'connection_lost' }, { code: 'connection_lost' }]);
    expect(await outcome(client.publish('c', ''))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
    expect(await client.closed).toMatchObject({ code: 'connection_lost' });
  });
});
