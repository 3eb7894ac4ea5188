// The routes below /sftp of the built Worker, against OpenSSH, AsyncSSH and ProFTPD's mod_sftp.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { someBytes } from '../modules/ssh.ts';
import { filesOf, newName, sha256, sshEntry } from './files.ts';
import { type Gateway, type Json, startGateway } from './support.ts';

const { openssh, otherSsh, otherFtp } = inject('servers');
const MEGABYTE = 1_000_000;

const commands = { link: { run: 'ln -s /etc {path}', params: { path: { type: 'text' } } } };
const root = '/home/app';
const connections = {
  openssh: sshEntry(openssh['10.0'].port, { root, commands }),
  asyncssh: sshEntry(otherSsh.asyncssh, { root, commands }),
  // It confines its users itself.
  proftpd: sshEntry(otherFtp.proftpd.sftp, { root: '/' }),
  rootless: sshEntry(openssh['10.0'].port),
};
const tokens = [
  { name: 'sftpReader', token: 'token-sftp-reader', scopes: ['sftp:read:openssh'] },
  { name: 'commands', token: 'token-commands', scopes: ['ssh:exec'] },
];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ connections, tokens });
});
afterAll(() => gateway.close());

const query = (connection: string, path: string) => new URLSearchParams({ connection, path });

/** Asks by JSON. */
async function post(route: string, json: Json): Promise<Json> {
  const { status, body } = await gateway.ask(`/sftp/${route}`, { json });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function namesIn(connection: string, path: string): Promise<string[]> {
  const { status, body } = await gateway.ask(`/sftp/list?${query(connection, path)}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { entries: { name: string }[] }).entries.map(({ name }) => name).sort();
}

describe.each(['openssh', 'asyncssh', 'proftpd'] as const)('at %s', (connection) => {
  const files = filesOf(() => gateway, '/sftp', connection);
  const folder = `/${newName()}`;
  beforeAll(() => post('mkdir', { connection, path: `${folder}/a b`, recursive: true }));
  afterAll(() => post('remove', { connection, path: folder, recursive: true }));

  it('5 MB there and back, as a whole, in part, and not at all where the caller has them', async () => {
    const path = `${folder}/größe.bin`;
    const bytes = someBytes(5 * MEGABYTE);
    expect(await files.put(path, bytes)).toMatchObject({ path, bytes: bytes.length });
    expect(sha256(await files.bytes(path))).toBe(sha256(bytes));

    const part = await files.get(path, { Range: 'bytes=4000000-4100000' });
    expect([part.status, part.headers.get('Content-Range')]).toEqual([206, 'bytes 4000000-4100000/5000000']);
    expect(Buffer.compare(await part.bytes(), bytes.subarray(4_000_000, 4_100_001))).toBe(0);
    const behind = await files.get(path, { Range: 'bytes=5000000-' });
    expect([behind.status, behind.headers.get('Content-Range')]).toEqual([416, 'bytes */5000000']);
    await behind.body?.cancel();

    const etag = part.headers.get('ETag') ?? '';
    expect((await files.get(path, { 'If-None-Match': etag })).status).toBe(304);
    await files.put(path, bytes.subarray(1));
    expect(sha256(await files.bytes(path))).toBe(sha256(bytes.subarray(1)));
    const changed = await files.get(path, { 'If-None-Match': etag, Range: 'bytes=0-0', 'If-Range': etag });
    expect([changed.status, (await changed.bytes()).length]).toEqual([200, bytes.length - 1]);
  });

  it('lists, renames and removes', async () => {
    const [old, renamed] = [`${folder}/a b/1.txt`, `${folder}/a b/2.txt`];
    await files.put(old, new TextEncoder().encode('ahoy\n'));
    expect(await namesIn(connection, `${folder}/a b`)).toEqual(['1.txt']);
    await post('rename', { connection, from: old, to: renamed });
    const { body } = await gateway.ask(`/sftp/stat?${query(connection, renamed)}`);
    expect(body).toMatchObject({ path: renamed, type: 'file', size: 5 });
    expect((await files.get(old)).status).toBe(404);
    await post('remove', { connection, path: renamed });
    expect(await namesIn(connection, `${folder}/a b`)).toEqual([]);
  });

  it('an upload that breaks off leaves the old file', async () => {
    const place = `${folder}/${newName()}`;
    await post('mkdir', { connection, path: place });
    const path = `${place}/report.csv`;
    await files.put(path, new TextEncoder().encode('old\n'));
    await files.putHalf(path);
    expect(new TextDecoder().decode(await files.bytes(path))).toBe('old\n');
    const names = async () => {
      const { body } = await gateway.ask(`/sftp/list?${query(connection, place)}`);
      return (body.entries as { name: string }[]).map(({ name }) => name);
    };
    await expect.poll(names, { timeout: 15_000 }).toEqual(['report.csv']);
  });
});

describe.each(['openssh', 'asyncssh'] as const)('at %s', (connection) => {
  const files = filesOf(() => gateway, '/sftp', connection);

  it('a symlink that leads out of the root is no way out', async () => {
    const out = `/${newName()}`;
    const linked = await gateway.ask('/ssh/exec', {
      json: { connection, command: 'link', params: { path: `${root}${out}` } },
    });
    expect(linked.body, JSON.stringify(linked.body)).toMatchObject({ code: 0 });
    const { method, body } = { method: 'PUT', body: 'x' };
    const answers = await Promise.all([
      gateway.ask(`/sftp/get?${query(connection, `${out}/passwd`)}`),
      gateway.ask(`/sftp/list?${query(connection, out)}`),
      gateway.ask(`/sftp/put?${query(connection, `${out}/new`)}`, { method, body }),
      gateway.ask('/sftp/remove', { json: { connection, path: `${out}/passwd` } }),
    ]);
    for (const answer of answers) {
      expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([403, 'policy']);
      expect(JSON.stringify(answer.body)).not.toContain('/etc');
    }
    await post('remove', { connection, path: out });
    expect((await files.get(out)).status).toBe(404);
  });
});

describe('a token', () => {
  const path = `/sftp/list?${query('openssh', '/many')}`;

  it('reads by its scope, and no more', async () => {
    const token = 'token-sftp-reader';
    const { status, body } = await gateway.ask(path, { token });
    expect([status, (body as { entries: unknown[] }).entries.length]).toEqual([200, 300]);
    const write = { connection: 'openssh', path: '/many', recursive: true };
    const refused = await gateway.ask('/sftp/remove', { token, json: write });
    expect([refused.status, refused.body.needs]).toEqual([403, 'sftp:write:openssh']);
    expect((await gateway.ask(`/sftp/list?${query('asyncssh', '/many')}`, { token })).status).toBe(403);
    expect((await gateway.ask(path, { token: 'token-commands' })).status).toBe(403);
  });

  it('reads nothing of a connection without a root', async () => {
    const { status, body } = await gateway.ask(`/sftp/list?${query('rootless', '/')}`);
    expect([status, body.code]).toEqual([403, 'policy']);
  });
});
