// MongoDB: ways in. SCRAM by both mechanisms, TLS with each certificate, a set's name, what a start costs, and what ends it.
import { connect, serverCodeOf } from '@fairlead/mongodb';
import { zlib } from '@fairlead/mongodb/zlib';
import { describe, expect, inject, it } from 'vitest';
import type { GatewayStats } from '../../servers/mongodb/gateway.ts';
import type { MongodbControl } from '../../servers/mongodb/start.ts';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { plain, open, set, counted, tls, controlUrl } = inject('servers').mongodb;
const LOGIN = 'mongodb://app:app-password@localhost';
const WITHOUT_TLS = { tls: false } as const;

async function counts(control: MongodbControl): Promise<GatewayStats> {
  return (await fetch(controlUrl, { method: 'POST', body: JSON.stringify(control) })).json();
}

describe('logins', () => {
  it.each([
    ['without a mechanism named', `${LOGIN}:${plain}/`],
    ['SCRAM-SHA-256', `${LOGIN}:${plain}/?authMechanism=SCRAM-SHA-256`],
    ['SCRAM-SHA-1', `${LOGIN}:${plain}/?authMechanism=SCRAM-SHA-1`],
    ['none, where none is asked for', `mongodb://localhost:${open}/`],
    ['a replica set by its name', `${LOGIN}:${set}/?replicaSet=fairlead`],
    ['a member of a set directly', `${LOGIN}:${set}/?directConnection=true`],
    ['as behind a load balancer', `${LOGIN}:${plain}/?loadBalanced=true`],
  ])('%s', async (_name, url) => {
    await using client = await connect(url, WITHOUT_TLS);
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('with compressed messages', async () => {
    await using client = await connect(`${LOGIN}:${plain}/?compressors=zlib`, {
      ...WITHOUT_TLS,
      compression: zlib(),
    });
    const things = client.db('zlib').collection<{ _id: number; text: string }>('things');
    await things.deleteMany({});
    await things.insertOne({ _id: 1, text: 'ahoy '.repeat(10_000) });
    expect((await things.findOne({ _id: 1 }))?.text).toHaveLength(50_000);
  });

  it.each([
    ['a wrong password', 'app:wrong', 'SCRAM-SHA-256'],
    ['a wrong password', 'app:wrong', 'SCRAM-SHA-1'],
    ['an unknown user', 'nobody:app-password', 'SCRAM-SHA-256'],
  ])('%s (%s, %s) is `auth`, and no message has the password', async (_name, login, mechanism) => {
    const url = `mongodb://${login}@localhost:${plain}/?authMechanism=${mechanism}`;
    const error = await failure(connect(url, WITHOUT_TLS));
    expect(error.code).toBe('auth');
    expect(error.message).not.toMatch(/wrong|app-password/);
  });

  it('without a login, a command is refused with the code of Unauthorized', async () => {
    await using client = await connect(`mongodb://localhost:${plain}/`, WITHOUT_TLS);
    const error = await failure(client.db('x').collection('y').findOne({}));
    expect([error.code, serverCodeOf(error)]).toEqual(['auth', 13]);
  });

  it('a set of another name is refused', async () => {
    const url = `${LOGIN}:${set}/?replicaSet=another`;
    const error = await failure(connect(url, { ...WITHOUT_TLS, connectTimeoutMs: 1_000 }));
    expect(error.message).toContain('another');
  });
});

describe('TLS', () => {
  it('is the default, with a certificate that is checked', async () => {
    await using client = await connect(`${LOGIN}:${tls.good}/`);
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    expect((await failure(connect(`${LOGIN}:${tls[kind]}/`))).code).toBe('tls_failed');
  });

  it('a server without TLS is no server with it', async () => {
    const error = await failure(connect(`${LOGIN}:${plain}/`, { connectTimeoutMs: 1_000 }));
    expect(error.code).toMatch(/^(tls_failed|connect_timeout|connect_failed)$/);
  });
});

describe('sockets', () => {
  it('one for all of a client, and one `killCursors` for what was left early', async () => {
    await counts({ listener: 'counted', clear: true });
    const before = (await counts({ listener: 'counted' })).open;
    {
      await using client = await connect(`${LOGIN}:${counted}/`, WITHOUT_TLS);
      const things = client.db('sockets').collection('things');
      await things.drop();
      await things.insertMany(Array.from({ length: 500 }, (_, index) => ({ index })));
      await Promise.all(Array.from({ length: 10 }, () => things.findOne({})));
      for await (const _ of things.find({}, { batchSize: 10 })) break;
      expect(await counts({ listener: 'counted' })).toMatchObject({ sockets: 1, open: before + 1 });
    }
    const { commands } = await counts({ listener: 'counted' });
    expect(commands).toMatchObject({ find: 11, insert: 1, killCursors: 1, endSessions: 1 });
    await expect.poll(async () => (await counts({ listener: 'counted' })).open).toBe(before);
  });
});
