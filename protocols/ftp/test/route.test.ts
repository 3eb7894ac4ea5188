// FTP over HTTP against an honest server in memory: what each route sends and answers, roots, scopes, and callers' own addresses.
import { describe, expect, it } from 'vitest';
import { gatewayBefore, json } from './support/ftp-gateway.ts';
import { ftpServer } from './support/ftp-server.ts';

const FILES = {
  '/srv/': '',
  '/srv/shop/': '',
  '/srv/shop/a.csv': 'id,name\n1,x\n',
  // The server's names are bytes, a character each.
  '/srv/shop/b \xc3\xa9.html': '<script>',
  '/srv/shop/sub/': '',
  '/srv/shop/sub/c': 'c',
  '/secret': 'top secret',
  '/~bob': 'bob',
};
const SHOP = { root: '/srv/shop' };
const MODIFIED = '2026-01-02T03:04:05.000Z';
const commandsOf = (commands: readonly string[]) =>
  commands.filter((line) => !/^(?:AUTH|USER|PASS|PBSZ|PROT|FEAT|OPTS|TYPE|EPSV|PASV|QUIT)\b/.test(line));

describe('a listing', () => {
  it('is a document', async () => {
    const server = ftpServer(FILES);
    const response = await gatewayBefore(server, SHOP)('/ftp/list', json({}));
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.json()).toEqual({
      entries: [
        { name: 'a.csv', type: 'file', size: 12, modifiedAt: MODIFIED },
        { name: 'b é.html', type: 'file', size: 8, modifiedAt: MODIFIED },
        { name: 'sub', type: 'directory', modifiedAt: MODIFIED },
      ],
    });
    expect(commandsOf(server.commands)).toEqual(['MLSD /srv/shop']);
  });

  it('streams as NDJSON beyond the cap of a document', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`/f${n}`, 'x']));
    const call = gatewayBefore(ftpServer(many));
    const refused = await call('/ftp/list', json({}));
    expect([refused.status, (await refused.json()) as object]).toEqual([
      413,
      expect.objectContaining({ code: 'limit', detail: expect.stringContaining('4 entries') }),
    ]);
    const streamed = await call('/ftp/list', json({}, { Accept: 'application/x-ndjson' }));
    const lines = (await new Response(streamed.body).text()).trim().split('\n');
    expect(lines).toHaveLength(50);
    expect(JSON.parse(lines[49] ?? '')).toEqual({ name: 'f49', type: 'file', size: 1, modifiedAt: MODIFIED });
  });

  it('says what is only guessed, and keeps lines that cannot be read', async () => {
    const server = ftpServer(FILES);
    server.features = ['SIZE'];
    const response = await gatewayBefore(server, SHOP)('/ftp/list', json({ path: '/sub' }));
    const { entries } = (await response.json()) as { entries: { isTimeApproximate?: boolean }[] };
    expect(entries).toEqual([expect.objectContaining({ name: 'c', owner: 'app', isTimeApproximate: true })]);
    expect(commandsOf(server.commands)).toContain('LIST /srv/shop/sub');
  });

  it.each([
    [['SIZE'], '/ftp/list', { path: '/a*' }],
    [['SIZE'], '/ftp/list', { path: '/\\.\\./x' }],
    [['SIZE'], '/ftp/stat', { path: '/[a]' }],
    [['SIZE'], '/ftp/delete', { path: '/s?b', kind: 'tree' }],
    [['MLST'], '/ftp/list', { path: '/.*' }],
    [['MLST'], '/ftp/list', { path: '/sub/.[.]' }],
    [['MLST'], '/ftp/stat', { path: '/sub/{x}' }],
    [['MLST'], '/ftp/list', { path: '/sub/\\.\\.' }],
  ] as [string[], string, object][])(
    'is no pattern of a server with %j: %s %j',
    async (features, path, body) => {
      const server = ftpServer(FILES);
      server.features = features;
      const response = await gatewayBefore(server, SHOP)(path, json(body));
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({
          detail: expect.stringContaining('body.path: holds a character of patterns'),
        }),
      ]);
      expect(commandsOf(server.commands)).toEqual([]);
    },
  );

  it('is of a name with brackets where MLSD is asked for it', async () => {
    const server = ftpServer({
      '/srv/': '',
      '/srv/shop/': '',
      '/srv/shop/a [1]/': '',
      '/srv/shop/a [1]/b': 'b',
    });
    const response = await gatewayBefore(server, SHOP)('/ftp/list', json({ path: '/a [1]' }));
    expect(await response.json()).toMatchObject({ entries: [{ name: 'b' }] });
  });
});

it('tells one entry', async () => {
  const call = gatewayBefore(ftpServer(FILES), SHOP);
  const response = await call('/ftp/stat', json({ path: 'a.csv' }));
  expect(await response.json()).toEqual({ name: 'a.csv', type: 'file', size: 12, modifiedAt: MODIFIED });
  const missing = await call('/ftp/stat', json({ path: 'nothing' }));
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ code: 'server', server: { code: '550' } });
});

describe('a file', () => {
  it('is sent with its length, type, name and ETag', async () => {
    const server = ftpServer(FILES);
    const response = await gatewayBefore(server, SHOP)('/ftp/get?path=/a.csv');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': '12',
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="a.csv"',
      'accept-ranges': 'bytes',
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(response.headers.get('etag')).toMatch(/^"c-[0-9a-f]+"$/);
    expect(await response.text()).toBe('id,name\n1,x\n');
    expect(commandsOf(server.commands)).toEqual(['MLST /srv/shop/a.csv', 'RETR /srv/shop/a.csv']);
    await expect.poll(() => server.open).toBe(0);
  });

  it('is never HTML to a browser, whatever its name', async () => {
    const response = await gatewayBefore(
      ftpServer(FILES),
      SHOP,
    )(`/ftp/get?path=${encodeURIComponent('b é.html')}`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="b _.html"; filename*=UTF-8''b%20%C3%A9.html`,
    );
    await response.body?.cancel();
  });

  it.each([
    ['bytes=0-', 206, 'bytes 0-11/12', 'id,name\n1,x\n', undefined],
    ['bytes=3-6', 206, 'bytes 3-6/12', 'name', '3'],
    ['bytes=8-', 206, 'bytes 8-11/12', '1,x\n', '8'],
    ['bytes=8-99', 206, 'bytes 8-11/12', '1,x\n', '8'],
    ['bytes=-2', 206, 'bytes 10-11/12', 'x\n', '10'],
    ['bytes=-99', 206, 'bytes 0-11/12', 'id,name\n1,x\n', undefined],
    ['bytes=5-3', 200, null, 'id,name\n1,x\n', undefined],
    ['bytes=0-1,3-4', 200, null, 'id,name\n1,x\n', undefined],
    ['lines=1-2', 200, null, 'id,name\n1,x\n', undefined],
    ['bytes=-', 200, null, 'id,name\n1,x\n', undefined],
  ])('by %s', async (range, status, contentRange, body, restart) => {
    const server = ftpServer(FILES);
    const response = await gatewayBefore(server, SHOP)('/ftp/get?path=/a.csv', { headers: { Range: range } });
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange]);
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect(await response.text()).toBe(body);
    expect(server.commands.filter((line) => line.startsWith('REST'))).toEqual(
      restart === undefined ? [] : [`REST ${restart}`],
    );
    await expect.poll(() => server.open).toBe(0);
  });

  it.each(['bytes=12-', 'bytes=99-100', 'bytes=-0'])('has no bytes at %s', async (range) => {
    const server = ftpServer(FILES);
    const response = await gatewayBefore(server, SHOP)('/ftp/get?path=/a.csv', { headers: { Range: range } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */12']);
    expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable', status: 416 });
    expect(commandsOf(server.commands)).toEqual(['MLST /srv/shop/a.csv']);
  });

  it('is not sent to a caller that has it, and whole to one that has another', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    const etag = (await call('/ftp/get?path=/a.csv', { method: 'HEAD' })).headers.get('etag') ?? '';
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const response = await call('/ftp/get?path=/a.csv', { headers: { 'If-None-Match': value } });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
    }
    const headers = { 'If-None-Match': '"x"', Range: 'bytes=3-6' };
    const changed = await call('/ftp/get?path=/a.csv', { headers: { ...headers, 'If-Range': '"x"' } });
    expect([changed.status, await changed.text()]).toEqual([200, 'id,name\n1,x\n']);
    const same = await call('/ftp/get?path=/a.csv', { headers: { ...headers, 'If-Range': etag } });
    expect([same.status, await same.text()]).toEqual([206, 'name']);
    expect(server.commands.filter((line) => line.startsWith('RETR'))).toHaveLength(2);
  });

  it('is asked by SIZE and MDTM where there is no MLST, and sent where neither is known', async () => {
    const server = ftpServer(FILES);
    server.features = ['SIZE', 'MDTM', 'REST STREAM'];
    const first = await gatewayBefore(server, SHOP)('/ftp/get?path=/a.csv', {
      headers: { Range: 'bytes=3-6' },
    });
    expect([first.status, await first.text()]).toEqual([206, 'name']);
    expect(commandsOf(server.commands).slice(0, 2)).toEqual(['SIZE /srv/shop/a.csv', 'MDTM /srv/shop/a.csv']);
    const other = ftpServer(FILES);
    other.features = [];
    other.misbehave = (line) => (line.startsWith('SIZE') ? '502 Not here' : undefined);
    const second = await gatewayBefore(other, SHOP)('/ftp/get?path=/a.csv', {
      headers: { Range: 'bytes=3-6' },
    });
    expect([second.status, second.headers.get('content-length'), second.headers.get('etag')]).toEqual([
      200,
      null,
      null,
    ]);
    expect(await second.text()).toBe('id,name\n1,x\n');
  });

  it('is no directory', async () => {
    const response = await gatewayBefore(ftpServer(FILES), SHOP)('/ftp/get?path=/sub');
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ detail: 'query.path: names a directory' }),
    ]);
  });
});

describe('an upload', () => {
  it('is written under another name until it is whole', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    const body = 'y'.repeat(200_000);
    const response = await call('/ftp/put?path=/sub/new.bin', { method: 'PUT', body }, 'writer');
    expect([response.status, await response.json()]).toEqual([200, { bytes: 200_000 }]);
    expect(server.files.get('/srv/shop/sub/new.bin')).toBe(body);
    const [stor, ...rest] = commandsOf(server.commands);
    expect(stor).toMatch(/^STOR \/srv\/shop\/sub\/.+/);
    expect(stor).not.toContain('new.bin ');
    expect(rest.at(-1)).toBe('RNTO /srv/shop/sub/new.bin');
    expect([...server.files.keys()].filter((name) => name.startsWith('/srv/shop/sub/'))).toEqual([
      '/srv/shop/sub/',
      '/srv/shop/sub/c',
      '/srv/shop/sub/new.bin',
    ]);
  });

  it('is written in place where the caller says so, and may be empty', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, { ...SHOP, tls: false });
    expect((await call('/ftp/put?path=/a.csv&atomic=false', { method: 'PUT', body: 'new' })).status).toBe(
      200,
    );
    expect(commandsOf(server.commands)).toEqual(['STOR /srv/shop/a.csv']);
    expect((await call('/ftp/put?path=/a.csv', { method: 'PUT' })).status).toBe(200);
    expect(server.files.get('/srv/shop/a.csv')).toBe('');
  });

  it('leaves what stood there where it is broken off', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        controller.enqueue(new Uint8Array(600_000));
      },
    });
    const response = await call('/ftp/put?path=/a.csv', {
      method: 'PUT',
      body,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, await response.json()]).toEqual([
      413,
      expect.objectContaining({ code: 'limit', detail: expect.stringContaining('maxStreamBytes') }),
    ]);
    expect(server.files.get('/srv/shop/a.csv')).toBe('id,name\n1,x\n');
  });

  it('removes what it has begun when its time is up', async () => {
    const server = ftpServer(FILES);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(100)),
    });
    const response = await gatewayBefore(server, SHOP)('/ftp/put?path=/a.csv', {
      method: 'PUT',
      body,
      headers: { 'Fairlead-Timeout-Ms': '300' },
      duplex: 'half',
    } as RequestInit);
    // The body's own time and the request's are up at once.
    expect([408, 504]).toContain(response.status);
    expect(server.commands.filter((line) => line.startsWith('DELE'))).toHaveLength(1);
    expect([...server.files.keys()].filter((path) => path.endsWith('.part'))).toEqual([]);
    expect(server.files.get('/srv/shop/a.csv')).toBe('id,name\n1,x\n');
  });

  it.each([
    ['452 No space', 507],
    ['552 Over quota', 507],
    ['553 Not that name', 400],
    ['550 Permission denied', 404],
    ['450 Busy', 503],
  ])('that is answered %s is %i', async (reply, status) => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (line.startsWith('STOR') ? reply : undefined);
    const response = await gatewayBefore(server, SHOP)('/ftp/put?path=/x', { method: 'PUT', body: 'x' });
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({
        code: 'server',
        server: expect.objectContaining({ code: reply.slice(0, 3) }),
      }),
    ]);
  });
});

describe('changes', () => {
  it('make, move and delete', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    const steps: [string, object, object][] = [
      ['/ftp/mkdir', { path: '/x/y', recursive: true }, {}],
      ['/ftp/rename', { from: '/a.csv', to: 'x/y/a.csv' }, {}],
      ['/ftp/delete', { path: '/x/y/a.csv' }, { removed: 1 }],
      ['/ftp/delete', { path: '/x/y', kind: 'directory' }, { removed: 1 }],
      ['/ftp/delete', { path: '/sub', kind: 'tree' }, { removed: 2 }],
    ];
    for (const [path, body, answer] of steps) {
      const response = await call(path, json(body), 'writer');
      expect([response.status, await response.json()], path).toEqual([200, answer]);
    }
    expect([...server.files.keys()].sort()).toEqual(
      ['/secret', '/srv/', '/srv/shop/', '/srv/shop/b \xc3\xa9.html', '/srv/shop/x/', '/~bob'].sort(),
    );
  });
});

describe('paths', () => {
  it.each([
    [undefined, '/~bob', './~bob'],
    [undefined, 'secret', 'secret'],
    [undefined, '//./secret', 'secret'],
    [undefined, '-l', './-l'],
    ['/', 'secret', '/secret'],
    ['/', '~bob', '/~bob'],
    ['/srv', '/shop/./a.csv/', '/srv/shop/a.csv'],
    ['/srv/', 'shop//a.csv', '/srv/shop/a.csv'],
    ['/srv', '/a..b/...c', '/srv/a..b/...c'],
  ])('below the root %s: %s is %s', async (root, path, expected) => {
    const server = ftpServer(FILES);
    const settings = root === undefined ? {} : { root };
    await (await gatewayBefore(server, settings)('/ftp/stat', json({ path }))).text();
    expect(server.commands).toContain(`MLST ${expected}`);
  });

  it.each([
    '..',
    '/..',
    'a/../../b',
    '/../secret',
    'a/..',
    '..\\x',
    'a\\..\\x',
    '.. ',
    'x/..  /y',
    '. .. .',
    '....',
  ])('do not lead upwards by %j', async (path) => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    for (const response of [
      await call('/ftp/list', json({ path })),
      await call('/ftp/rename', json({ from: path, to: 'x' })),
      await call('/ftp/rename', json({ from: 'a.csv', to: path })),
      await call(`/ftp/get?path=${encodeURIComponent(path)}`),
      await call(`/ftp/put?path=${encodeURIComponent(path)}`, { method: 'PUT', body: 'x' }),
    ])
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'invalid', detail: expect.stringContaining('leads upwards') }),
      ]);
    expect(server.commands).toEqual([]);
  });

  it('are not the root where something is done to it', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    for (const [path, body] of [
      ['/ftp/delete', { path: '/', kind: 'tree' }],
      ['/ftp/delete', { path: './/.', kind: 'directory' }],
      ['/ftp/rename', { from: '/', to: 'x' }],
      ['/ftp/mkdir', { path: '/' }],
    ] as const)
      expect(await (await call(path, json(body))).json()).toMatchObject({
        detail: expect.stringContaining('names the root itself'),
      });
    expect(server.commands).toEqual([]);
  });
});

describe('scopes', () => {
  it.each([
    ['reader', '/ftp/put?path=x', 'ftp:write:main'],
    ['reader', '/ftp/delete', 'ftp:write:main'],
    ['reader', '/ftp/mkdir', 'ftp:write:main'],
    ['reader', '/ftp/rename', 'ftp:write:main'],
    ['own', '/ftp/get?path=x', 'ftp:read:main'],
    ['own', '/ftp/list', 'ftp:read:main'],
    ['own', '/ftp/stat', 'ftp:read:main'],
  ] as const)('a %s at %s needs %s', async (token, path, needs) => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server, SHOP);
    const init: RequestInit = path.includes('/get')
      ? {}
      : path.includes('/put')
        ? { method: 'PUT', body: 'x' }
        : json({ path: 'x', ...(path.includes('rename') ? { from: 'x', to: 'y', path: undefined } : {}) });
    const response = await call(path, init, token);
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ needs })]);
    expect(server.commands).toEqual([]);
  });
});

it('lets read who may write', async () => {
  const response = await gatewayBefore(ftpServer(FILES), SHOP)(
    '/ftp/stat',
    json({ path: 'a.csv' }),
    'writer',
  );
  expect(response.status).toBe(200);
});

describe('an address of the caller’s own', () => {
  const own = (url: string) => ({ 'Fairlead-Url': url });

  it('is dialled where the policy allows it, for data as well', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server);
    const response = await call(
      '/ftp/get?path=secret',
      { headers: own('ftp://app:secret@own.example.com') },
      'own',
    );
    expect([response.status, await response.text()]).toEqual([200, 'top secret']);
    expect(server.dialled).toEqual([{ hostname: 'own.example.com', port: 50_001, tls: 'starttls' }]);
  });

  it('is refused at a data port that the policy does not name', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(
      server,
      {},
      { FAIRLEAD_TARGETS: ['own.example.com:21', 'own.example.com:6379'] },
    );
    const response = await call(
      '/ftp/get?path=secret',
      { headers: own('ftp://app:secret@own.example.com') },
      'own',
    );
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'policy', detail: expect.stringContaining('own.example.com:50001') }),
    ]);
    expect(server.dialled).toEqual([]);
  });

  it('is refused where the policy does not name it, or the token may not', async () => {
    const server = ftpServer(FILES);
    const call = gatewayBefore(server);
    const elsewhere = await call('/ftp/get?path=x', { headers: own('ftp://a:b@other.example.com') }, 'own');
    expect(elsewhere.status).toBe(403);
    const writing = await call(
      '/ftp/put?path=x',
      { method: 'PUT', body: 'x', headers: own('ftp://a:b@own.example.com') },
      'own',
    );
    expect(await writing.json()).toMatchObject({ code: 'forbidden', needs: 'ftp:write:@' });
    expect(server.commands).toEqual([]);
  });
});

it('shows neither the host nor the password of a named connection', async () => {
  const server = ftpServer(FILES);
  server.misbehave = (line) =>
    line.startsWith('PASS') ? '530 app@ftp.hidden.test: secret is wrong' : undefined;
  const response = await gatewayBefore(server)('/ftp/list', json({}));
  const text = await response.text();
  expect(response.status).toBe(502);
  expect(text).not.toMatch(/hidden|secret|app@/);
});

describe('an upload that goes on', () => {
  const put = (query: string, body: string, server = ftpServer(FILES)) =>
    gatewayBefore(server, SHOP)(`/ftp/put?path=/a.csv&${query}`, { method: 'PUT', body });

  it('is appended where the file has as many bytes as it says', async () => {
    const server = ftpServer(FILES);
    expect(await (await put('offset=12', '2,y\n', server)).json()).toEqual({ bytes: 16 });
    expect(server.files.get('/srv/shop/a.csv')).toBe('id,name\n1,x\n2,y\n');
    const again = await put('offset=12', '2,y\n', server);
    expect([again.status, again.headers.get('Content-Range')]).toEqual([416, 'bytes */16']);
    expect(await (await put('offset=0', 'new', server)).json()).toEqual({ bytes: 3 });
    expect(server.files.get('/srv/shop/a.csv')).toBe('new');
  });

  it('is in place', async () => {
    for (const query of ['offset=12&atomic=true', 'offset=x'])
      expect((await put(query, 'x')).status).toBe(400);
    expect((await put('offset=12&atomic=false', 'x')).status).toBe(200);
  });
});
