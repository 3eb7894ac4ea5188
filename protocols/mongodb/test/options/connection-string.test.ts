// Connection strings: what they mean, by MongoDB's "connection string", "URI options" and "authentication" specifications.
import { describe, expect, it } from 'vitest';
import { readTxt } from '../../src/dns/seed-list.ts';
import { readSettings } from '../../src/options/read-settings.ts';
import type { Discovery } from '../../src/options/settings.ts';
import type { Compression } from '../../src/types/options.ts';

const discovery: Discovery = {
  openTopology: () => {
    throw new Error('not opened here');
  },
};
const compression = { name: 'zlib' } as Compression;
const read = (url: string) => readSettings(url, { discovery, compression });

describe('hosts', () => {
  it.each<[url: string, seeds: [string, number][]]>([
    ['mongodb://db.example.com', [['db.example.com', 27_017]]],
    ['mongodb://db.example.com/', [['db.example.com', 27_017]]],
    ['mongodb://db.example.com?tls=true', [['db.example.com', 27_017]]],
    ['mongodb://DB.Example.com.:27018/shop', [['db.example.com', 27_018]]],
    ['mongodb://127.0.0.1:1', [['127.0.0.1', 1]]],
    ['mongodb://[::1]', [['::1', 27_017]]],
    ['mongodb://[2001:db8::0:1]:65535', [['2001:db8::1', 65_535]]],
    ['mongodb://caf%C3%A9.example.com', [['xn--caf-dma.example.com', 27_017]]],
    [
      'mongodb://a.example.com:27018,b.example.com,[::2]:5',
      [
        ['a.example.com', 27_018],
        ['b.example.com', 27_017],
        ['::2', 5],
      ],
    ],
  ])('reads %s', (url, seeds) => {
    expect(read(url).seeds.map(({ hostname, port }) => [hostname, port])).toEqual(seeds);
  });

  it('takes a URL object', () => {
    expect(readSettings(new URL('mongodb://u:p@db.example.com/shop')).credentials?.source).toBe('shop');
  });
});

describe('the login', () => {
  it.each<[url: string, username: string, password: string, source: string, mechanism?: string]>([
    ['mongodb://ann:pw@h', 'ann', 'pw', 'admin'],
    ['mongodb://ann:@h', 'ann', '', 'admin'],
    ['mongodb://a%40b%3Ac:p%2Fw%25%2B+@h', 'a@b:c', 'p/w%++', 'admin'],
    ["mongodb://$&'()*+;=:!@h", "$&'()*+;=", '!', 'admin'],
    ['mongodb://ann:pw@h/shop', 'ann', 'pw', 'shop'],
    ['mongodb://ann:pw@h/shop?authSource=users', 'ann', 'pw', 'users'],
    ['mongodb://ann:pw@h/?authMechanism=PLAIN', 'ann', 'pw', '$external', 'PLAIN'],
    ['mongodb://ann:pw@h/ldap?authMechanism=PLAIN', 'ann', 'pw', 'ldap', 'PLAIN'],
    ['mongodb://ann:pw@h/?AUTHMechanism=SCRAM-SHA-1', 'ann', 'pw', 'admin', 'SCRAM-SHA-1'],
    ['mongodb://ann:pw@h/?authMechanism=SCRAM-SHA-256&authSource=%24x', 'ann', 'pw', '$x', 'SCRAM-SHA-256'],
  ])('reads %s', (url, username, password, source, mechanism) => {
    expect(read(url).credentials).toEqual({ username, password, source, mechanism });
  });

  it.each(['mongodb://h/', 'mongodb://h/shop', 'mongodb://h/?authSource=users'])('has none in %s', (url) => {
    expect(read(url).credentials).toBeUndefined();
  });

  it('has the database of the URL as the default of db()', () => {
    expect(read('mongodb://ann:pw@h/my%2Ddb').database).toBe('my-db');
    expect(read('mongodb://h').database).toBe('test');
  });
});

describe('parameters', () => {
  it.each<[query: string, settings: object]>([
    ['', { tls: true, retryReads: true, retryWrites: true, timeoutMs: 60_000, connectTimeoutMs: 10_000 }],
    ['tls=false', { tls: false }],
    ['ssl=false', { tls: false }],
    ['ssl=false&tls=false', { tls: false }],
    ['replicaSet=rs%200&directConnection=false', { replicaSet: 'rs 0', directConnection: false }],
    ['loadBalanced=true&directConnection=false', { loadBalanced: true }],
    ['directConnection=true', { directConnection: true }],
    ['retryReads=false&retryWrites=false', { retryReads: false, retryWrites: false }],
    ['connectTimeoutMS=5&timeoutMS=7', { connectTimeoutMs: 5, timeoutMs: 7 }],
    ['connectTimeoutMS=0&timeoutMS=0', { connectTimeoutMs: Infinity, timeoutMs: Infinity }],
    ['appname=shop', { appName: 'shop' }],
    ['readConcernLevel=whatComesLater', { readConcern: { level: 'whatComesLater' } }],
    ['w=0&journal=false', { writeConcern: { w: 0, j: false } }],
    ['w=3&wTimeoutMS=500&journal=true', { writeConcern: { w: 3, wtimeoutMS: 500, j: true } }],
    ['w=majority&wtimeout=5', { writeConcern: { w: 'majority', wtimeoutMS: 5 } }],
    ['readPreference=nearest', { readPreference: { mode: 'nearest' } }],
    ['readPreference=nearest&maxStalenessSeconds=-1', { readPreference: { mode: 'nearest' } }],
    [
      'readPreference=secondary&readPreferenceTags=dc:ny,rack:a%2Cb:c&maxStalenessSeconds=90&readPreferenceTags=dc:NY&readPreferenceTags=',
      {
        readPreference: {
          mode: 'secondary',
          tags: [{ dc: 'ny', rack: 'a,b:c' }, { dc: 'NY' }, {}],
          maxStalenessSeconds: 90,
        },
      },
    ],
    ['compressors=snappy,zlib&zlibCompressionLevel=9', { compression }],
    ['&appName=x&&', { appName: 'x' }],
  ])('reads %s', (query, settings) => {
    expect(read(`mongodb://h/?${query}`)).toMatchObject(settings);
  });

  it('accepts what has no meaning without a pool and monitors', () => {
    const query =
      'maxPoolSize=0&minPoolSize=3&maxIdleTimeMS=1&maxConnecting=2&waitQueueTimeoutMS=5&waitQueueMultiple=2&socketTimeoutMS=0' +
      '&serverSelectionTimeoutMS=1&serverSelectionTryOnce=false&heartbeatFrequencyMS=500&localThresholdMS=15' +
      '&serverMonitoringMode=poll&zlibCompressionLevel=-1&maxAdaptiveRetries=1&enableOverloadRetargeting=true';
    expect(read(`mongodb://h/?${query}`)).toEqual(read('mongodb://h/'));
  });

  it('keeps a tag by the name __proto__ a tag', () => {
    const { tags } = read(
      'mongodb://h/?readPreference=nearest&readPreferenceTags=__proto__:x',
    ).readPreference;
    expect(Object.entries(tags?.[0] ?? {})).toEqual([['__proto__', 'x']]);
  });
});

describe('SRV', () => {
  it('has TLS, no seeds yet, and the name', () => {
    const settings = read(
      'mongodb+srv://u:p@Cluster.Example.com/shop?srvServiceName=customname&srvMaxHosts=2',
    );
    expect(settings).toMatchObject({ tls: true, seeds: [] });
    expect(settings.srv).toMatchObject({
      hostname: 'cluster.example.com',
      serviceName: 'customname',
      maxHosts: 2,
    });
    expect(read('mongodb+srv://cluster.example.com/a,b').database).toBe('a,b');
    expect(read('mongodb+srv://cluster.example.com/?tls=false').tls).toBe(false);
  });

  const seeds = [{ hostname: 'a.example.com', port: 1 }];

  it('takes three options of the TXT record below those that were given', () => {
    const { srv } = read('mongodb+srv://u:p@cluster.example.com/?authSource=mine');
    const settings = srv?.settle(seeds, readTxt('authSource=theirs&replicaSet=rs0'));
    expect(settings).toMatchObject({
      seeds,
      srv: undefined,
      replicaSet: 'rs0',
      credentials: { source: 'mine' },
    });
    const bare = read('mongodb+srv://u:p@cluster.example.com/shop').srv;
    expect(bare?.settle(seeds, readTxt('authSource=theirs')).credentials?.source).toBe('theirs');
    expect(bare?.settle(seeds, {}).credentials?.source).toBe('shop');
    expect(bare?.settle(seeds, readTxt('loadBalanced=true')).loadBalanced).toBe(true);
  });

  it.each([
    'tls=false',
    'ssl=false',
    'socketTimeoutMS=500',
    'authSource=a&maxPoolSize=5',
    'authSource',
    'authSource=',
    'replicaSet=a&replicaSet=b',
    'loadBalanced=yes',
    'nonsense=1',
  ])('refuses the TXT record %s', (txt) => {
    const { srv } = read('mongodb+srv://cluster.example.com/');
    expect(() => srv?.settle(seeds, readTxt(txt))).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each<[query: string, txt: string, count: number]>([
    ['srvMaxHosts=1', 'replicaSet=rs0', 1],
    ['srvMaxHosts=1', 'loadBalanced=true', 1],
    ['', 'loadBalanced=true', 2],
    ['replicaSet=rs0', 'loadBalanced=true', 1],
  ])('refuses %s with the TXT record %s and %i hosts', (query, txt, count) => {
    const { srv } = read(`mongodb+srv://cluster.example.com/?${query}`);
    const hosts = Array.from({ length: count }, (_, i) => ({ hostname: `h${i}.example.com`, port: 1 }));
    expect(() => srv?.settle(hosts, readTxt(txt))).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
