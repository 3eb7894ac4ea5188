// The routes below /ftp of the built Worker, against vsftpd and ProFTPD, plain and by AUTH TLS.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { someBytes } from '../modules/ssh.ts';
import { filesOf, newName, sha256 } from './files.ts';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { vsftpd, otherFtp } = inject('servers');
const { plain, explicitWithReuse } = vsftpd['3.0.5'];
const login = 'app:app-password';

const connections = {
  vsftpd: { url: `ftp://${login}@localhost:${plain}`, tls: false },
  // By a name of its own: workerd keeps the tickets of TLS by name, whatever the port.
  vsftpdReuse: { url: `ftp://${login}@127.0.0.2:${explicitWithReuse}` },
  proftpd: { url: `ftp://${login}@localhost:${otherFtp.proftpd.explicit}` },
  narrow: { url: `ftp://${login}@localhost:${plain}`, tls: false, root: '/names' },
  ftpWrongPassword: { url: `ftp://app:wrong-password@localhost:${plain}`, tls: false },
  ftpNoTls: { url: `ftp://${login}@localhost:${plain}` },
  ftpDead: { url: `ftp://${login}@localhost:${DEAD_PORT}` },
};
const tokens = [{ name: 'ftpReader', token: 'token-ftp-reader', scopes: ['ftp:read:vsftpd'] }];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ connections, tokens });
});
afterAll(() => gateway.close());

/** Asks by JSON. */
async function post(route: string, json: Json): Promise<Json> {
  const { status, body } = await gateway.ask(`/ftp/${route}`, { json });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function namesIn(connection: string, path: string): Promise<string[]> {
  const { entries } = (await post('list', { connection, path })) as { entries: { name: string }[] };
  return entries.map(({ name }) => name).sort();
}

describe.each(['vsftpd', 'vsftpdReuse', 'proftpd'] as const)('over the connection %s', (connection) => {
  const files = filesOf(() => gateway, '/ftp', connection);
  const folder = `/${newName()}`;
  beforeAll(() => post('mkdir', { connection, path: `${folder}/a b`, recursive: true }));

  it('5 MB there and back, as a whole and in part', async () => {
    const path = `${folder}/größe.bin`;
    const bytes = someBytes(5_000_000);
    expect(await files.put(path, bytes)).toEqual({ bytes: bytes.length });
    expect(sha256(await files.bytes(path))).toBe(sha256(bytes));

    const tail = await files.get(path, { Range: 'bytes=4900000-' });
    expect([tail.status, tail.headers.get('Content-Range')]).toEqual([206, 'bytes 4900000-4999999/5000000']);
    expect(Buffer.compare(await tail.bytes(), bytes.subarray(4_900_000))).toBe(0);
    // The server sends more than these: the transfer is given up in its middle.
    const part = await files.get(path, { Range: 'bytes=1000000-1000999' });
    expect(part.status).toBe(206);
    expect(Buffer.compare(await part.bytes(), bytes.subarray(1_000_000, 1_001_000))).toBe(0);
    const headers = { 'If-None-Match': tail.headers.get('ETag') ?? '' };
    expect((await files.get(path, headers)).status).toBe(304);
  });

  it('lists, tells of one, renames and deletes', async () => {
    const [old, renamed] = [`${folder}/a b/1.txt`, `${folder}/a b/2.txt`];
    await files.put(old, new TextEncoder().encode('ahoy\n'));
    expect(await namesIn(connection, `${folder}/a b`)).toEqual(['1.txt']);
    await post('rename', { connection, from: old, to: renamed });
    expect(await post('stat', { connection, path: renamed })).toMatchObject({ name: '2.txt', size: 5 });
    const gone = await files.get(old);
    expect(gone.status, await gone.text()).toBe(404);
    expect(await post('delete', { connection, path: renamed })).toEqual({ removed: 1 });
    expect(await namesIn(connection, `${folder}/a b`)).toEqual([]);
    expect(await post('delete', { connection, path: `${folder}/a b`, kind: 'tree' })).toHaveProperty(
      'removed',
    );
  });

  it('an upload that breaks off leaves the old file', async () => {
    const place = `${folder}/${newName()}`;
    await post('mkdir', { connection, path: place });
    const path = `${place}/report.csv`;
    await files.put(path, new TextEncoder().encode('old\n'));
    await files.putHalf(path);
    expect(new TextDecoder().decode(await files.bytes(path))).toBe('old\n');
  });

  it('a download that breaks off harms no other', async () => {
    const leave = new AbortController();
    const response = await files.get('/large.bin', {}, leave.signal);
    expect(response.status).toBe(200);
    await response.body?.getReader().read();
    leave.abort();
    expect((await files.bytes('/large.bin')).length).toBe(4_194_304);
  });
});

describe('refusals', () => {
  it.each([
    ['a wrong password', 'ftpWrongPassword', '/many', 502, 'auth'],
    ['a server without TLS', 'ftpNoTls', '/many', 502, 'tls_failed'],
    ['nobody listening', 'ftpDead', '/many', 502, 'connect_failed'],
    ['a folder that is not there', 'vsftpd', '/nowhere', 404, 'server'],
    ['a way out of the root', 'narrow', '/../many', 400, 'invalid'],
  ])('%s', async (_name, connection, path, status, code) => {
    const answer = await gateway.ask('/ftp/stat', { json: { connection, path: `${path}/entry-001.txt` } });
    expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toMatch(/(app|wrong)-password/);
  });

  it('a token that may only read, and of one connection', async () => {
    const token = 'token-ftp-reader';
    const json = { connection: 'vsftpd', path: '/many/entry-001.txt' };
    expect((await gateway.ask('/ftp/stat', { token, json })).status).toBe(200);
    const refused = await gateway.ask('/ftp/delete', { token, json });
    expect([refused.status, refused.body.needs]).toEqual([403, 'ftp:write:vsftpd']);
    const other = await gateway.ask('/ftp/stat', { token, json: { ...json, connection: 'proftpd' } });
    expect(other.status).toBe(403);
  });
});

it('the root of an entry is where its paths begin', async () => {
  expect(await namesIn('narrow', '/')).toContain('with  two spaces.txt');
  expect((await gateway.ask('/ftp/stat', { json: { connection: 'narrow', path: '/many' } })).status).toBe(
    404,
  );
});
