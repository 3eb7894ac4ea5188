// Topologies over real connections to servers in memory: what the wire, the login and the search make together.

import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import type { Connector } from '@fairlead/transport';
import type { Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/client.ts';
import { discovery } from '../../src/discovery/index.ts';
import { HELLO, serveAll, serverOf } from '../support/server.ts';

expectNoUnhandledRejection();

const HOSTS = ['set.test:1', 'set.test:2'];
const PRIMARY = { ...HELLO, setName: 'rs0', hosts: HOSTS, primary: 'set.test:2', me: 'set.test:2' };
const SECONDARY = { ...PRIMARY, isWritablePrimary: false, secondary: true, me: 'set.test:1' };

/** Servers by port; what each was asked is noted as `port command`. */
function setOf(hellos: Readonly<Record<number, Document>>, reply: Document = { ok: 1 }) {
  const asked: string[] = [];
  const dials: number[] = [];
  const connector: Connector = (address, options) => {
    dials.push(address.port);
    const server = serverOf(
      (end) =>
        serveAll(end, ({ command: body }) => {
          const [command = ''] = Object.keys(body);
          asked.push(`${address.port} ${command}`);
          return command === 'endSessions' ? { ok: 1 } : reply;
        }),
      hellos[address.port] ?? HELLO,
    );
    return server(address, options);
  };
  return { connector, asked, dials };
}

const ONE_DOCUMENT = { ok: 1, cursor: { id: 0n, ns: 'test.c', firstBatch: [{ a: 1 }] } };

describe('a set', () => {
  it.each(['the core', 'discovery'])('has its primary found by %s', async (by) => {
    const { connector, asked, dials } = setOf({ 1: SECONDARY, 2: PRIMARY }, ONE_DOCUMENT);
    const options = { connector, tls: false, ...(by === 'discovery' && { discovery: discovery() }) };
    await using client = await connect('mongodb://set.test:1', options);
    expect(await client.db().collection('c').findOne({})).toEqual({ a: 1 });
    expect(dials).toEqual([1, 2]);
    expect(asked).toEqual(['2 find']);
  });

  it('is refused by the name of another', async () => {
    const { connector } = setOf({ 1: SECONDARY, 2: PRIMARY });
    await expect(
      connect('mongodb://set.test:1/?replicaSet=rs1', { connector, tls: false }),
    ).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'set.test:1 is in another replica set.',
    });
  });

  it('whose primary steps down at every write is tried twice, each time over a new connection', async () => {
    const refusal = { ok: 0, code: 10_107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
    const { connector, asked, dials } = setOf(
      { 2: PRIMARY },
      { ...refusal, errorLabels: ['RetryableWriteError'] },
    );
    await using client = await connect('mongodb://set.test:2', { connector, tls: false });
    await expect(client.db().collection('c').insertOne({ a: 1 })).rejects.toMatchObject({ code: 'server' });
    expect(asked).toEqual(['2 insert', '2 insert']);
    expect(dials.filter((port) => port === 2).length).toBe(2);
  });

  it('lets discovery read from a secondary', async () => {
    const { connector, asked } = setOf({ 1: SECONDARY, 2: PRIMARY }, ONE_DOCUMENT);
    const url = 'mongodb://set.test:2/?readPreference=secondary';
    await using client = await connect(url, { connector, tls: false, discovery: discovery() });
    await client.db().collection('c').findOne({});
    expect(asked).toEqual(['1 find']);
  });
});

it('names the time of connecting where a server is silent', async () => {
  const connector = memoryConnector(() => new Promise(() => undefined));
  await expect(
    connect('mongodb://set.test:2', { connector, tls: false, connectTimeoutMs: 50 }),
  ).rejects.toMatchObject({ code: 'connect_timeout' });
});
