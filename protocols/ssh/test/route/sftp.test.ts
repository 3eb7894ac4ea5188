// `/sftp`, with a folder of this machine behind it.
import { describe, expect, it } from 'vitest';
import { type Ask, send, server, url } from './harness.ts';

const read = async (response: Response) => ({
  status: response.status,
  body: JSON.parse(await response.text()),
});
const get = async (path: string, ask?: Ask) => read(await send(path, ask));
const post = async (path: string, json: object) => read(await send(path, { json }));
const file = (path: string, headers: Record<string, string> = {}) =>
  send(`/sftp/get?path=${encodeURIComponent(path)}`, { headers });

describe('list', () => {
  it('tells a folder’s entries', async () => {
    const { status, body } = await get('/sftp/list?path=/');
    expect([status, body.path]).toEqual([200, '/']);
    const ten = body.entries.find(({ name }: { name: string }) => name === 'ten');
    expect(ten).toMatchObject({ type: 'file', size: 10, mode: '0640' });
    expect(new Date(ten.modifiedAt).getFullYear()).toBeGreaterThan(2000);
    const inside = body.entries.find(({ name }: { name: string }) => name === 'inside');
    expect(inside.type).toBe('symlink');
  });

  it('gives lines', async () => {
    const response = await send('/sftp/list?path=folder', { headers: { Accept: 'application/x-ndjson' } });
    const line = JSON.parse(new TextDecoder().decode(await response.arrayBuffer()).trim());
    expect(line).toMatchObject({ name: 'ümlaut "1".txt', type: 'file', size: 1 });
  });

  it('takes each byte of a name for a character where the entry says so', async () => {
    const { body } = await get('/sftp/list?path=folder', { connection: 'latin' });
    expect(body.entries[0].name).toBe('\u00c3\u00bcmlaut "1".txt');
    const path = encodeURIComponent(`folder/${body.entries[0].name}`);
    const response = await send(`/sftp/get?path=${path}`, { connection: 'latin' });
    expect(await response.text()).toBe('x');
  });

  it('is capped', async () => {
    const env = { FAIRLEAD_LIMITS: { maxRows: 2 } };
    expect((await get('/sftp/list?path=/', { env })).body).toMatchObject({ status: 413, code: 'limit' });
  });
});

describe('stat', () => {
  it('follows a link, or not', async () => {
    expect((await get('/sftp/stat?path=/inside')).body).toMatchObject({
      path: '/inside',
      type: 'file',
      size: 10,
    });
    expect((await get('/sftp/stat?path=/inside&follow=false')).body).toMatchObject({ type: 'symlink' });
  });

  it('tells what is missing, without the root', async () => {
    const { status, body } = await get('/sftp/stat?path=/nope');
    expect([status, body.code, body.server.code]).toEqual([404, 'server', 'NO_SUCH_FILE']);
    expect(JSON.stringify(body)).not.toContain(server.root);
    expect(body.detail).toContain('/nope');
  });
});

describe('get', () => {
  it('gives a file, with what a browser needs', async () => {
    const response = await file('/ten');
    expect(await response.text()).toBe('0123456789');
    const header = (name: string) => response.headers.get(name);
    expect(header('Content-Length')).toBe('10');
    expect(header('Content-Disposition')).toBe('attachment; filename="ten"');
    expect(header('Content-Type')).toBe('application/octet-stream');
    expect(header('Cache-Control')).toBe('private, no-cache');
    expect(header('Accept-Ranges')).toBe('bytes');
    const etag = header('ETag') ?? '';
    expect((await file('/ten', { 'If-None-Match': `"x", W/${etag}` })).status).toBe(304);
    expect((await file('/ten', { Range: 'bytes=0-1', 'If-Range': '"x"' })).status).toBe(200);
    expect((await file('/ten', { Range: 'bytes=0-1', 'If-Range': etag })).status).toBe(206);
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
    ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=0-1', 200, '0123456789', null],
  ])('answers the range %s', async (range, status, text, contentRange) => {
    const response = await file('/ten', { Range: range });
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('Content-Range')).toBe(contentRange);
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('refuses the range %s', async (range) => {
    const response = await file('/ten', { Range: range });
    expect(response.headers.get('Content-Range')).toBe('bytes */10');
    expect(JSON.parse(await response.text())).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
  });

  it('gives large and empty files, and odd names', async () => {
    const big = await (await file('/big')).arrayBuffer();
    expect(big.byteLength).toBe(3_000_000);
    expect(await (await file('/empty')).text()).toBe('');
    const odd = await file('/folder/ümlaut "1".txt');
    expect(odd.headers.get('Content-Disposition')).toBe(
      `attachment; filename="_mlaut _1_.txt"; filename*=UTF-8''%C3%BCmlaut%20%221%22.txt`,
    );
    expect(await odd.text()).toBe('x');
  });

  it('is left in the middle', async () => {
    const reader = (await file('/big')).body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });

  it('has a head', async () => {
    const response = await send('/sftp/get?path=/big', { method: 'HEAD' });
    expect([response.status, response.headers.get('Content-Length'), await response.text()]).toEqual([
      200,
      '3000000',
      '',
    ]);
  });

  it.each(['/folder', '/'])('refuses %s, which is no file', async (path) => {
    expect((await read(await file(path))).body).toMatchObject({ status: 400, code: 'invalid' });
  });
});

describe('what leads out of the root', () => {
  it.each(['/leak', '/leaking-folder/secret', '/leaking-folder'])('%s is refused', async (path) => {
    for (const route of ['get', 'stat', 'list']) {
      const { status, body } = await get(`/sftp/${route}?path=${path}`);
      expect([route, status, body.code]).toEqual([route, 403, 'policy']);
    }
  });

  it('is not written to, made, renamed or removed', async () => {
    const put = await read(await send('/sftp/put?path=/leaking-folder/x', { method: 'PUT', body: 'x' }));
    const changes = [
      put,
      await post('/sftp/mkdir', { path: '/leaking-folder/x' }),
      await post('/sftp/mkdir', { path: '/leaking-folder/x/y', recursive: true }),
      await post('/sftp/rename', { from: '/ten', to: '/leaking-folder/ten' }),
      await post('/sftp/rename', { from: '/leaking-folder/secret', to: '/stolen' }),
      await post('/sftp/remove', { path: '/leaking-folder/secret' }),
    ];
    for (const { status, body } of changes) expect([status, body.code]).toEqual([403, 'policy']);
  });

  it('is no way for an upload in place', async () => {
    const { body } = await read(
      await send('/sftp/put?path=/dangling&atomic=false', { method: 'PUT', body: 'x' }),
    );
    expect(body).toMatchObject({ status: 400, code: 'invalid' });
  });

  it.each([
    '..',
    '/../outside/secret',
    'folder/../../outside',
    'a\0b',
    'x/..\\..\\y',
    `/${'a'.repeat(5000)}`,
  ])('is refused as a path: %j', async (path) => {
    const { body } = await read(await file(path));
    expect(body).toMatchObject({ status: 400, code: 'invalid', errors: [{ path: 'query.path' }] });
  });

  it('is everything where the entry has no root', async () => {
    const { status, body } = await get('/sftp/list?path=/', { connection: 'bare' });
    expect([status, body.code]).toEqual([403, 'policy']);
  });
});

describe('changes', () => {
  it('uploads, renames and removes', async () => {
    const body = 'new '.repeat(100_000);
    const put = await read(await send('/sftp/put?path=/folder/new&mode=0600', { method: 'PUT', body }));
    expect(put).toEqual({ status: 200, body: { path: '/folder/new', bytes: 400_000, atomic: true } });
    expect((await get('/sftp/stat?path=folder/new')).body).toMatchObject({ size: 400_000, mode: '0600' });
    const again = await read(await send('/sftp/put?path=/folder/new', { method: 'PUT', body: 'short' }));
    expect(again.body.bytes).toBe(5);
    const inPlace = await read(
      await send('/sftp/put?path=/folder/new&atomic=false', { method: 'PUT', body: 'in place' }),
    );
    expect(inPlace.body).toMatchObject({ bytes: 8, atomic: false });
    expect((await post('/sftp/rename', { from: '/folder/new', to: '/folder/old' })).body).toEqual({
      from: '/folder/new',
      to: '/folder/old',
    });
    expect(await (await file('/folder/old')).text()).toBe('in place');
    expect((await post('/sftp/remove', { path: '/folder/old' })).body).toEqual({ path: '/folder/old' });
    expect((await file('/folder/old')).status).toBe(404);
  });

  it('goes on with an upload where the last one ended', async () => {
    const put = async (query: string, body: string) =>
      read(await send(`/sftp/put?path=/folder/parts&${query}`, { method: 'PUT', body }));
    expect((await put('offset=0&mode=0640', 'abc')).body).toMatchObject({ bytes: 3, atomic: false });
    expect((await put('offset=3', 'def')).body).toMatchObject({ bytes: 6 });
    const wrong = await send('/sftp/put?path=/folder/parts&offset=3', { method: 'PUT', body: 'x' });
    expect([wrong.status, wrong.headers.get('Content-Range')]).toEqual([416, 'bytes */6']);
    expect((await put('offset=6&atomic=true', 'x')).body).toMatchObject({ status: 400, code: 'invalid' });
    expect((await put('offset=-1', 'x')).status).toBe(400);
    expect((await put('offset=6', '')).body).toMatchObject({ bytes: 6 });
    expect(await (await file('/folder/parts')).text()).toBe('abcdef');
    expect((await put('offset=0', 'new')).body).toMatchObject({ bytes: 3 });
    expect(await (await file('/folder/parts')).text()).toBe('new');
    expect((await put('offset=9&path=/folder/none', 'x')).status).toBe(400);
    const missing = await read(
      await send('/sftp/put?path=/folder/none&offset=9', { method: 'PUT', body: 'x' }),
    );
    expect(missing.status).toBe(404);
    await post('/sftp/remove', { path: '/folder/parts' });
  });

  it('makes folders, and removes them with what they hold', async () => {
    expect((await post('/sftp/mkdir', { path: '/made' })).status).toBe(200);
    expect((await post('/sftp/mkdir', { path: '/made/by/me', recursive: true })).body).toEqual({
      path: '/made/by/me',
    });
    expect((await post('/sftp/remove', { path: '/made' })).status).toBe(400);
    expect((await post('/sftp/remove', { path: '/made', recursive: true })).status).toBe(200);
    expect((await get('/sftp/stat?path=/made')).status).toBe(404);
    expect((await post('/sftp/remove', { path: '/trash', recursive: true })).status).toBe(200);
  });

  it('keeps nothing of an upload that is too large', async () => {
    const body = new Uint8Array(4_000_001);
    const { body: problem } = await read(await send('/sftp/put?path=/folder/large', { method: 'PUT', body }));
    expect(problem).toMatchObject({ status: 413, code: 'limit' });
    const { body: folder } = await get('/sftp/list?path=/folder');
    expect(folder.entries.map(({ name }: { name: string }) => name)).toEqual(['ümlaut "1".txt']);
  });

  it('keeps nothing of an upload whose time is up, or whose body fails', async () => {
    const slow = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    const late = await send('/sftp/put?path=/folder/slow', {
      method: 'PUT',
      body: slow,
      headers: { 'Fairlead-Timeout-Ms': '1500' },
    });
    // The body's own time and the request's are up at once.
    expect([408, 504]).toContain(late.status);
    let sent = 0;
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 20) controller.error(new Error('gone'));
        else controller.enqueue(new Uint8Array(50_000));
      },
    });
    const broken = await send('/sftp/put?path=/folder/broken', { method: 'PUT', body: failing });
    expect(broken.status).toBeGreaterThanOrEqual(400);
    const { body: folder } = await get('/sftp/list?path=/folder');
    expect(folder.entries.map(({ name }: { name: string }) => name)).toEqual(['ümlaut "1".txt']);
  });

  it('needs its scope', async () => {
    const { status, body } = await read(
      await send('/sftp/put?path=/x', { method: 'PUT', body: 'x', token: 'exec' }),
    );
    expect([status, body.needs]).toEqual([403, 'sftp:write:main']);
  });
});

it('shows the files of a server of the caller’s own', async () => {
  const headers = { 'Fairlead-Url': url, 'Fairlead-Host-Key': server.fingerprint };
  const path = encodeURIComponent(`${server.root}/ten`);
  const response = await send(`/sftp/get?path=${path}`, { connection: null, headers });
  expect(await response.text()).toBe('0123456789');
});
