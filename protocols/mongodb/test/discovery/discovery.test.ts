// `discovery()`: all members of a set, two at a time, read preferences, SRV, and what happens when servers change.

import { FairleadError } from '@fairlead/errors';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { discovery } from '../../src/discovery/index.ts';
import type { ReadPreference } from '../../src/types/options.ts';
import { type Answer, fakeServers, member, settingsOf, within } from '../topology/fake-servers.ts';

expectNoUnhandledRejection();

const lost = () => new FairleadError('connection_lost', 'lost');

function open(url: string, answers: Record<string, Answer>, options = {}, delayMs = 0) {
  const fake = fakeServers(answers, delayMs);
  const value = discovery();
  return {
    ...fake,
    topology: value.openTopology(settingsOf(url, { discovery: value, ...options }), fake.openLink),
  };
}

const SET: Record<string, Answer> = {
  'a:27017': member('primary', { tags: { dc: 'ny' }, lastWriteDate: new Date(1_000_000) }),
  'b:27017': member('secondary', {
    tags: { dc: 'ny', rack: '1' },
    primary: 'a:27017',
    lastWriteDate: new Date(990_000),
  }),
  'c:27017': member('secondary', {
    tags: { dc: 'sf' },
    primary: 'a:27017',
    lastWriteDate: new Date(700_000),
  }),
};

describe('read preferences', () => {
  it.each<[preference: ReadPreference, address: string[]]>([
    [{ mode: 'primary' }, ['a:27017']],
    [{ mode: 'primaryPreferred' }, ['a:27017']],
    [{ mode: 'primaryPreferred', tags: [{ dc: 'sf' }] }, ['a:27017']],
    [{ mode: 'secondary' }, ['b:27017', 'c:27017']],
    [{ mode: 'secondaryPreferred' }, ['b:27017', 'c:27017']],
    [{ mode: 'nearest' }, ['a:27017', 'b:27017', 'c:27017']],
    [{ mode: 'secondary', tags: [{ dc: 'sf' }] }, ['c:27017']],
    [{ mode: 'secondary', tags: [{ dc: 'tokyo' }, { rack: '1' }] }, ['b:27017']],
    [{ mode: 'secondary', tags: [{ dc: 'tokyo' }, {}] }, ['b:27017', 'c:27017']],
    [{ mode: 'nearest', tags: [{ dc: 'ny', rack: '1' }] }, ['b:27017']],
    [{ mode: 'secondaryPreferred', tags: [{ dc: 'tokyo' }] }, ['a:27017']],
    [{ mode: 'secondary', maxStalenessSeconds: 90 }, ['b:27017']],
    [{ mode: 'nearest', maxStalenessSeconds: 90, tags: [{ dc: 'ny' }] }, ['a:27017', 'b:27017']],
    [{ mode: 'secondaryPreferred', maxStalenessSeconds: 90, tags: [{ dc: 'sf' }] }, ['a:27017']],
  ])('%j', async (preference, addresses) => {
    for (const seed of ['a', 'b', 'c']) {
      const fake = open(`mongodb://${seed}`, SET);
      const link = await fake.topology.select(preference, within(1_000));
      expect(addresses).toContain(link.address);
      expect(fake.topology.kind).toBe('replica set');
      expect(await fake.topology.select({ ...preference }, within(1_000))).toBe(link);
      // Nothing stays open beside the choice; a dial that was given up may end a turn later.
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(fake.open()).toEqual([link.address]);
    }
  });

  it('have a connection each, four at most', async () => {
    const fake = open('mongodb://a', SET);
    const primary = await fake.topology.select('writable', within(1_000));
    const secondary = await fake.topology.select({ mode: 'secondary' }, within(1_000));
    expect(await fake.topology.select({ mode: 'primary' }, within(1_000))).toBe(primary);
    expect(await fake.topology.select({ mode: 'secondary' }, within(1_000))).toBe(secondary);
    for (const dc of ['ny', 'sf', 'ny']) {
      await fake.topology.select({ mode: 'secondary', tags: [{ dc }] }, within(1_000));
    }
    await fake.topology.select({ mode: 'nearest' }, within(1_000));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fake.open().length).toBe(4);
    expect(primary.isUsable).toBe(true);
    expect(secondary.isUsable).toBe(false);
  });

  it('fall back to a secondary where the primary is gone, and say so where nothing suits', async () => {
    const { 'a:27017': _primary, ...rest } = SET;
    const fake = open('mongodb://a,b,c', rest, { connectTimeoutMs: 300 });
    expect((await fake.topology.select({ mode: 'primaryPreferred' }, within(1_000))).server.kind).toBe(
      'secondary',
    );
    await expect(fake.topology.select('writable', within(1_000))).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'No member of the replica set suits the read preference.',
      safeToRetry: true,
    });
  });

  it('share one connection where the servers turn out to be no set', async () => {
    const fake = open('mongodb://a', { 'a:27017': { kind: 'mongos' } }, {}, 5);
    const modes = ['primary', 'secondary', 'nearest'] as const;
    const links = await Promise.all(modes.map((mode) => fake.topology.select({ mode }, within(1_000))));
    expect(new Set(links).size).toBe(1);
    expect(fake.open()).toEqual(['a:27017']);
  });

  it.each(['standalone', 'mongos'] as const)('mean nothing to a %s', async (kind) => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': { kind } });
    const link = await topology.select({ mode: 'secondary', tags: [{ a: 'b' }] }, within(1_000));
    expect(await topology.select('writable', within(1_000))).toBe(link);
    expect(dials.length).toBe(1);
  });
});

describe('members', () => {
  it('are asked two at a time', async () => {
    const seeds = Array.from({ length: 9 }, (_, i) => `s${i}`);
    const fake = open(`mongodb://${seeds}`, { 's8:27017': member('primary', { hosts: ['s8'] }) }, {}, 5);
    expect((await fake.topology.select('writable', within(1_000))).address).toBe('s8:27017');
    expect(fake.mostAtOnce()).toBe(2);
  });

  it('are searched once for calls at one time', async () => {
    const { topology, dials } = open('mongodb://a', SET, {}, 5);
    const links = await Promise.all([1, 2, 3].map(() => topology.select('writable', within(1_000))));
    expect(new Set(links).size).toBe(1);
    expect(dials).toEqual(['a:27017']);
  });

  it('are left alone once one suits, even where one hangs', async () => {
    const answers: Record<string, Answer> = { 'a:27017': 'hang', 'b:27017': member('primary') };
    const { topology } = open('mongodb://a,b,c', answers);
    expect((await topology.select('writable', within(500))).address).toBe('b:27017');
  });

  it('are not followed for ever where each names new ones', async () => {
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

  it('that the primary does not list are not asked beyond the first round', async () => {
    const answers = {
      'a:27017': member('primary', {
        hosts: ['a:27017'],
        electionId: new ObjectId('bbbbbbbbbbbbbbbbbbbbbbbb'),
        setVersion: 1,
      }),
      'z:27017': member('secondary', { primary: 'a:27017' }),
    };
    const { topology, dials } = open('mongodb://z', answers);
    const link = await topology.select('writable', within(1_000));
    topology.failed(link, lost());
    dials.length = 0;
    await topology.select('writable', within(1_000));
    expect(dials).toEqual(['a:27017']);
  });

  it.each<[why: string, answer: Answer]>([
    ['is in another replica set', member('primary', { setName: 'rs1' })],
    ['is in no replica set', { kind: 'mongos' }],
  ])('of another deployment are refused: %s', async (why, answer) => {
    const { topology, open: openNow } = open('mongodb://a/?replicaSet=rs0', { 'a:27017': answer });
    await expect(topology.select('writable', within(1_000))).rejects.toThrow(why);
    expect(openNow()).toEqual([]);
  });

  it('are not asked further where the login was refused', async () => {
    const auth = new FairleadError('auth', 'no');
    const { topology, dials } = open('mongodb://a,b,c', {
      'a:27017': auth,
      'b:27017': auth,
      'c:27017': auth,
    });
    await expect(topology.select('writable', within(1_000))).rejects.toMatchObject({
      code: 'auth',
      message: auth.message,
    });
    expect(dials.length).toBeLessThan(3);
  });
});

describe('changes', () => {
  it('are found after a primary that steps down, by the name of the new one', async () => {
    const { topology, servers } = open('mongodb://a,b', { ...SET });
    const first = await topology.select('writable', within(1_000));
    servers.set('a:27017', member('secondary', { primary: 'c:27017' }));
    servers.set('c:27017', member('primary'));
    topology.failed(first, new FairleadError('server', 'not primary'));
    expect((await topology.select('writable', within(1_000))).address).toBe('c:27017');
  });

  it('are awaited during an election', async () => {
    const { topology, servers } = open('mongodb://b', { ...SET, 'a:27017': lost() });
    setTimeout(() => servers.set('b:27017', member('primary')), 100);
    expect((await topology.select('writable', within(1_900))).address).toBe('b:27017');
  });

  it('cost one search a call where the primary steps down at every write', async () => {
    const { topology, dials } = open('mongodb://a', { 'a:27017': member('primary', { hosts: ['a:27017'] }) });
    for (let i = 0; i < 5; i++) {
      topology.failed(await topology.select('writable', within(1_000)), new FairleadError('server', 'no'));
    }
    expect(dials.length).toBe(5);
  });

  it('let another member answer than the one whose connection failed', async () => {
    const { topology } = open('mongodb://a', SET);
    const first = await topology.select({ mode: 'secondary' }, within(1_000));
    topology.failed(first, lost());
    const second = await topology.select({ mode: 'secondary' }, within(1_000));
    expect([first.address, second.address].toSorted()).toEqual(['b:27017', 'c:27017']);
  });

  it('do not bring a primary of the past back', async () => {
    const { topology, servers } = open('mongodb://a,b', {
      'a:27017': member('primary', { electionId: new ObjectId('aaaaaaaaaaaaaaaaaaaaaaaa'), setVersion: 1 }),
    });
    const first = await topology.select('writable', within(1_000));
    servers.set(
      'b:27017',
      member('primary', { electionId: new ObjectId('bbbbbbbbbbbbbbbbbbbbbbbb'), setVersion: 1 }),
    );
    servers.delete('a:27017');
    topology.failed(first, lost());
    const second = await topology.select('writable', within(1_000));
    servers.set(
      'a:27017',
      member('primary', { electionId: new ObjectId('aaaaaaaaaaaaaaaaaaaaaaaa'), setVersion: 1 }),
    );
    topology.failed(second, lost());
    expect((await topology.select('writable', within(1_000))).address).toBe('b:27017');
  });
});

describe('ends', () => {
  it('closes all connections, and refuses what comes later', async () => {
    const fake = open('mongodb://a', SET);
    await fake.topology.select('writable', within(1_000));
    await fake.topology.select({ mode: 'secondary' }, within(1_000));
    await fake.topology.close();
    await fake.topology.closed;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fake.open()).toEqual([]);
    await expect(fake.topology.select('writable', within(1_000))).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends a search that is on its way', async () => {
    const fake = open('mongodb://a,b,c', { 'a:27017': 'hang', 'b:27017': 'hang' });
    const waiting = fake.topology.select('writable', within(5_000));
    await fake.topology.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  });

  it('waits no longer than a call may', async () => {
    const { topology } = open('mongodb://a', { 'a:27017': 'hang' });
    await expect(topology.select('writable', within(20))).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    await topology.close();
  });

  it('destroys all connections with the signal of the client', async () => {
    const controller = new AbortController();
    const { topology, links } = open('mongodb://a', SET, { signal: controller.signal });
    await topology.select('writable', within(1_000));
    controller.abort();
    await topology.closed;
    expect(links.map(({ end }) => end)).toContain('destroyed');
  });
});
