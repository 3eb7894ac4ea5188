// The core's topology: one connection, to the seed that answers or to the primary that it names.

import { FairleadError } from '@fairlead/errors';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { openSeedTopology } from '../../src/topology/seed-topology.ts';
import { type Answer, fakeServers, member, refused, settingsOf, within } from './fake-servers.ts';

expectNoUnhandledRejection();

const lost = () => new FairleadError('connection_lost', 'lost');

function open(url: string, answers: Record<string, Answer>, options = {}, delayMs = 0) {
  const fake = fakeServers(answers, delayMs);
  return { ...fake, topology: openSeedTopology(settingsOf(url, options), fake.openLink) };
}

describe('one server', () => {
  it('is dialled at the first call, and once for calls at one time', async () => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': {} }, {}, 5);
    expect(dials).toEqual([]);
    const links = await Promise.all([1, 2, 3].map(() => topology.select('writable', within(1_000))));
    expect(new Set(links).size).toBe(1);
    expect(await topology.select({ mode: 'secondary' }, within(1_000))).toBe(links[0]);
    expect(dials).toEqual(['a:27017']);
    expect(topology.kind).toBe('single');
  });

  it('fails at once where nobody listens, and is dialled again by the next call', async () => {
    const { topology, servers, dials } = open('mongodb://a', {});
    await expect(topology.select('writable', within(5_000))).rejects.toMatchObject({
      code: 'connect_failed',
      safeToRetry: true,
    });
    servers.set('a:27017', {});
    await topology.select('writable', within(1_000));
    expect(dials.length).toBe(2);
  });

  it('is dialled anew after a failure of its connection, and not for one of an earlier connection', async () => {
    const { topology, dials, links } = open('mongodb://a', { 'a:27017': {} });
    const first = await topology.select('writable', within(1_000));
    topology.failed(first, lost());
    expect(links[0]?.end).toBe('destroyed');
    const second = await topology.select('writable', within(1_000));
    topology.failed(first, lost());
    expect(await topology.select('writable', within(1_000))).toBe(second);
    expect(dials.length).toBe(2);
  });

  it('is dialled anew where its connection has ended meanwhile', async () => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': {} });
    (await topology.select('writable', within(1_000))).destroy(lost());
    expect((await topology.select('writable', within(1_000))).isUsable).toBe(true);
    expect(dials.length).toBe(2);
  });

  it.each<[kind: 'sharded' | 'single' | 'load balanced', url: string, answer: Answer]>([
    ['sharded', 'mongodb://a,b', { kind: 'mongos' }],
    ['single', 'mongodb://a/?directConnection=true', member('secondary')],
    ['single', 'mongodb://a/?directConnection=true&replicaSet=rs0', member('arbiter')],
    ['load balanced', 'mongodb://a/?loadBalanced=true', { kind: 'load balancer' }],
  ])('may be %s: %s', async (kind, url, answer) => {
    const { topology } = open(url, { 'a:27017': answer });
    await topology.select('writable', within(1_000));
    await topology.select({ mode: 'secondary' }, within(1_000));
    expect(topology.kind).toBe(kind);
  });
});

describe('seeds', () => {
  it('are asked in turn until one answers', async () => {
    const { topology, dials } = open('mongodb://a,b:5,c', { 'b:5': { kind: 'mongos' } });
    expect((await topology.select('writable', within(1_000))).address).toBe('b:5');
    expect(dials).toEqual(['a:27017', 'b:5']);
  });

  it('share the time that there is', async () => {
    const answers: Record<string, Answer> = { 'a:27017': 'hang', 'b:27017': { kind: 'mongos' } };
    const { topology } = open('mongodb://a,b', answers, { connectTimeoutMs: 2_000 });
    const before = Date.now();
    expect((await topology.select('writable', within(5_000))).address).toBe('b:27017');
    expect(Date.now() - before).toBeLessThan(1_800);
  });

  it.each<[why: string, url: string, answer: Answer]>([
    ['is in another replica set', 'mongodb://a/?replicaSet=rs1', member('primary')],
    ['is in another replica set', 'mongodb://a/?replicaSet=rs1&directConnection=true', member('primary')],
    ['is in no replica set', 'mongodb://a/?replicaSet=rs0', {}],
    ['is in no replica set', 'mongodb://a/?replicaSet=rs0', { kind: 'mongos' }],
    ['stands alone', 'mongodb://a,b', {}],
    ['is not ready', 'mongodb://a', { kind: 'other' }],
    ['is not behind a load balancer', 'mongodb://a/?loadBalanced=true', { kind: 'mongos' }],
  ])('are refused where a server %s: %s', async (why, url, answer) => {
    const { topology, links } = open(url, { 'a:27017': answer });
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining(why),
      safeToRetry: true,
    });
    expect(links.every(({ end }) => end === 'closed')).toBe(true);
  });

  it('are not asked further where the login was refused', async () => {
    const auth = new FairleadError('auth', 'no');
    const { topology, dials } = open('mongodb://a,b', { 'a:27017': auth, 'b:27017': { kind: 'mongos' } });
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({
      code: 'auth',
      message: auth.message,
    });
    expect(dials).toEqual(['a:27017']);
  });
});

describe('a replica set', () => {
  it('has its primary dialled, by the name that a secondary gives', async () => {
    const secondary = member('secondary', { primary: 'c:27017' });
    const fake = open('mongodb://a', { 'a:27017': secondary, 'c:27017': member('primary') });
    const link = await fake.topology.select('writable', within(1_000));
    expect(link.address).toBe('c:27017');
    expect(fake.topology.kind).toBe('replica set');
    expect(fake.dials).toEqual(['a:27017', 'c:27017']);
    expect(fake.open()).toEqual(['c:27017']);
  });

  it('has the members asked where none names the primary', async () => {
    const answers = { 'a:27017': member('secondary'), 'c:27017': member('primary') };
    const { topology, dials } = open('mongodb://a', answers);
    await topology.select('writable', within(1_000));
    expect(dials).toEqual(['a:27017', 'b:27017', 'c:27017']);
  });

  it('is asked again while it elects a primary', async () => {
    const { topology, servers } = open('mongodb://a', { 'a:27017': member('secondary', { hosts: ['a'] }) });
    setTimeout(() => servers.set('a:27017', member('primary')), 100);
    expect((await topology.select('writable', within(1_900))).server.kind).toBe('primary');
  });

  it('fails in time where no primary comes', async () => {
    const answers = { 'a:27017': member('secondary', { hosts: ['a'] }) };
    const { topology, dials } = open('mongodb://a', answers, { connectTimeoutMs: 700 });
    await expect(topology.select('writable', within(5_000))).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining('is not the primary'),
    });
    expect(dials.length).toBe(2);
  });

  it('survives a primary that steps down', async () => {
    const { topology, servers } = open('mongodb://a,b', { 'a:27017': member('primary') });
    const first = await topology.select('writable', within(1_000));
    servers.set('a:27017', member('secondary', { primary: 'b:27017' }));
    servers.set('b:27017', member('primary'));
    topology.failed(first, new FairleadError('server', 'not primary'));
    expect((await topology.select('writable', within(1_000))).address).toBe('b:27017');
  });

  it('dials once a call where the primary steps down at every write', async () => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': member('primary') });
    for (let i = 0; i < 5; i++) {
      topology.failed(await topology.select('writable', within(1_000)), new FairleadError('server', 'no'));
    }
    expect(dials.length).toBe(5);
  });

  it('refuses a primary of the past', async () => {
    const { topology, servers } = open(
      'mongodb://a',
      {
        'a:27017': member('primary', {
          electionId: new ObjectId('bbbbbbbbbbbbbbbbbbbbbbbb'),
          setVersion: 1,
          hosts: ['a'],
        }),
      },
      { connectTimeoutMs: 300 },
    );
    topology.failed(await topology.select('writable', within(1_000)), lost());
    servers.set(
      'a:27017',
      member('primary', {
        electionId: new ObjectId('aaaaaaaaaaaaaaaaaaaaaaaa'),
        setVersion: 1,
        hosts: ['a'],
      }),
    );
    await expect(topology.select('writable', within(1_000))).rejects.toThrow('primary of the past');
  });

  it('keeps to the set that answered first', async () => {
    const { topology, servers } = open('mongodb://a', { 'a:27017': member('primary') });
    topology.failed(await topology.select('writable', within(1_000)), lost());
    servers.set('a:27017', member('primary', { setName: 'other' }));
    await expect(topology.select('writable', within(1_000))).rejects.toThrow('another replica set');
  });

  it('passes over names that are no addresses', async () => {
    const hosts = ['', ':', 'b:0', 'a b', '\0', 'x'.repeat(300), '[::', 'c:27017'];
    const answers = { 'a:27017': member('secondary', { hosts }), 'c:27017': member('primary') };
    const { topology, dials } = open('mongodb://a', answers);
    await topology.select('writable', within(1_000));
    expect(dials).toEqual(['a:27017', 'c:27017']);
  });

  it('is not followed for ever where each member names new ones', async () => {
    const answers: Record<string, Answer> = {};
    for (let i = 0; i < 500; i++) {
      answers[`h${i}:27017`] = member('secondary', {
        primary: `h${i + 1}`,
        hosts: Array(10_000).fill(`x${i}`),
      });
    }
    const { topology, dials } = open('mongodb://h0', answers, { connectTimeoutMs: 400 });
    await expect(topology.select('writable', within(5_000))).rejects.toMatchObject({
      code: 'connect_failed',
    });
    expect(dials.length).toBeLessThan(110);
  });

  it('needs discovery for other read preferences than primary', async () => {
    const { topology } = open('mongodb://a', { 'a:27017': member('primary') });
    await topology.select({ mode: 'primary' }, within(1_000));
    await expect(topology.select({ mode: 'secondary' }, within(1_000))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining("from '@fairlead/mongodb/discovery'"),
    });
  });
});

describe('ends', () => {
  it('waits no longer than the call may, and keeps the connection for the next one', async () => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': {} }, {}, 100);
    await expect(topology.select('writable', within(20))).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    const controller = new AbortController();
    const aborted = topology.select('writable', within(1_000, controller.signal));
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted', safeToRetry: true });
    await topology.select('writable', within(1_000));
    expect(dials.length).toBe(1);
  });

  it('closes its connection, and refuses what comes later', async () => {
    const { topology, links } = open('mongodb://a', { 'a:27017': {} });
    await topology.select('writable', within(1_000));
    await topology.close();
    await topology.close();
    await topology.closed;
    expect(links[0]?.end).toBe('closed');
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends a dial that is on its way when it is closed', async () => {
    const fake = open('mongodb://a', { 'a:27017': 'hang' }, { connectTimeoutMs: Number.POSITIVE_INFINITY });
    const waiting = fake.topology.select('writable', within(5_000));
    await fake.topology.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends with the signal of the client', async () => {
    const controller = new AbortController();
    const { topology, links } = open('mongodb://a', { 'a:27017': {} }, { signal: controller.signal });
    await topology.select('writable', within(1_000));
    controller.abort();
    await topology.closed;
    expect(links[0]?.end).toBe('destroyed');
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({ code: 'aborted' });
  });

  it('never opens anything under a signal that has fired already', async () => {
    const signal = AbortSignal.abort();
    const { topology, dials } = open('mongodb://a', { 'a:27017': refused() }, { signal });
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({ code: 'aborted' });
    expect(dials).toEqual([]);
  });
});
