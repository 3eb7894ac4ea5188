// `mongodb+srv://` through `discovery()`: from the records to the connection.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { discovery } from '../../src/discovery/index.ts';
import { resolverOf } from '../dns/messages.ts';
import { fakeServers, member, settingsOf, within } from '../topology/fake-servers.ts';

const lost = () => new FairleadError('connection_lost', 'lost');

describe('SRV', () => {
  const zone = {
    srv: { '_mongodb._tcp.c.example.com': ['27017 a.example.com', '27017 b.example.com'] },
    txt: { 'c.example.com': [['replicaSet=rs0&authSource=users']] },
  };
  const hosts = ['a.example.com:27017', 'b.example.com:27017'];
  let resolvers = 0;
  const value = (from: object) =>
    discovery({ resolver: `https://discovery${++resolvers}.test/`, fetch: resolverOf(from).fetch });

  it('gives the seeds, and the login its database', async () => {
    const fake = fakeServers({
      'a.example.com:27017': member('secondary', { hosts, primary: 'b.example.com:27017' }),
      'b.example.com:27017': member('primary', { hosts }),
    });
    const sources: (string | undefined)[] = [];
    const settings = settingsOf('mongodb+srv://u:p@c.example.com', { discovery: value(zone) });
    const topology = settings.discovery?.openTopology(settings, (address, given, limit) => {
      sources.push(given.credentials?.source);
      return fake.openLink(address, given, limit);
    });
    expect((await topology?.select('writable', within(1_000)))?.address).toBe('b.example.com:27017');
    expect(new Set(sources)).toEqual(new Set(['users']));
  });

  it('dials nothing where a target lies outside the domain', async () => {
    const evil = { srv: { '_mongodb._tcp.c.example.com': ['27017 a.example.com', '27017 a.evil.net'] } };
    const fake = fakeServers({});
    const settings = settingsOf('mongodb+srv://u:p@c.example.com', { discovery: value(evil) });
    const topology = settings.discovery?.openTopology(settings, fake.openLink);
    await expect(topology?.select('writable', within(1_000))).rejects.toThrow('leads out of example.com');
    expect(fake.dials).toEqual([]);
  });

  it('may say that the server is behind a load balancer', async () => {
    const balanced = {
      srv: { '_mongodb._tcp.c.example.com': ['27017 a.example.com'] },
      txt: { 'c.example.com': [['loadBalanced=true']] },
    };
    const fake = fakeServers({ 'a.example.com:27017': { kind: 'load balancer' } });
    const settings = settingsOf('mongodb+srv://u:p@c.example.com', { discovery: value(balanced) });
    const topology = settings.discovery?.openTopology(settings, fake.openLink);
    const link = await topology?.select({ mode: 'secondary' }, within(1_000));
    expect(topology?.kind).toBe('load balanced');
    if (link) topology?.failed(link, lost());
    await topology?.select('writable', within(1_000));
    await topology?.close();
    expect(fake.dials.length).toBe(2);
    expect(fake.open()).toEqual([]);
  });
});

describe('options', () => {
  it.each(['http://1.1.1.1/dns-query', 'dns', '', 5])('refuses the resolver %j', (resolver) => {
    expect(() => discovery({ resolver: resolver as string })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });
});
