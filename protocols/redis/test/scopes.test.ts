// Over HTTP: which scope which command needs, in every form in which its arguments can come; scripts; denied commands.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { redisRoutes } from '../src/route/index.ts';
import { bulk, cmd, cmds } from './wire.ts';

const SCOPES: Readonly<Record<string, string[]>> = {
  all: ['redis'],
  read: ['redis:read:main'],
  write: ['redis:write:main'],
  script: ['redis:script:main'],
  both: ['redis:write', 'redis:script'],
  none: ['pg'],
};
const HELLO_2 = `*4\r\n${bulk('server')}${bulk('redis')}${bulk('version')}${bulk('8.0.0')}`;

/** Each gateway has a server of its own: what it says of its commands is remembered by address. */
let servers = 0;

function gateway(peer: ScriptedPeer, settings: Record<string, unknown> = {}) {
  servers++;
  const app = createApp({ routes: [redisRoutes], connector: peer.connector });
  const env = {
    FAIRLEAD_CONNECTIONS: JSON.stringify({ main: { url: `redis://cache${servers}.test/0`, ...settings } }),
    FAIRLEAD_TOKENS: JSON.stringify(
      Object.entries(SCOPES).map(([name, scopes]) => ({ name, token: `${name}-token-0123456789`, scopes })),
    ),
  };
  return async (token: string, path: string, init: RequestInit = {}) => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}-token-0123456789` };
    const response = await app.request(path, { ...init, headers }, env);
    return { status: response.status, text: await response.text() };
  };
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
});
const raw = (body: string | Uint8Array): RequestInit => ({ method: 'POST', body });

describe('an argument that leaves the database', () => {
  it.each<[string, RequestInit]>([
    ['/redis/copy/a/b?1', raw('DB')],
    ['/redis/copy/a/b?1', raw('db')],
    ['/redis/copy/a/b?1', raw('DB\0')],
    ['/redis/copy/a/b?1', raw(Uint8Array.of(0x64, 0x42, 0, 255))],
    ['/redis/copy/a/b/DB/1', {}],
    ['/redis/copy/a/b/d%42/1', {}],
    ['/redis/copy/a/b/DB%00x/1', {}],
    ['/redis/copy/a/b?DB=1', {}],
    ['/redis/copy/a/b?db=1', {}],
    ['/redis/copy/a/b?REPLACE&D%42=1', {}],
    ['/redis/c%6Fpy/a/b/REPLACE/DB', raw('1')],
    ['/redis', post(['COPY', 'a', 'b', 'DB', 1])],
    ['/redis', post(['copy', 'a', 'b', 'REPLACE', 'dB', '1'])],
    ['/redis', post(['COPY', 'a', 'b', 'DB\u0000', 1])],
    [
      '/redis/pipeline',
      post([
        ['GET', 'a'],
        ['COPY', 'a', 'b', 'DB', 1],
      ]),
    ],
    ['/redis/multi-exec', post([['COPY', 'a', 'b', 'DB\u0000\u00ff', 1]])],
    ['/redis/select?1', {}],
    ['/redis/move/a', raw('1')],
    ['/redis/swapdb/0/1', {}],
  ])('%s needs admin', async (path, init) => {
    const peer = scriptedPeer();
    const { status, text } = await gateway(peer)('write', path, init);
    expect([status, text]).toEqual([403, expect.stringContaining('redis:admin:main')]);
    expect(peer.connections).toBe(0);
  });

  it('is sent as the guard saw it', async () => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 2'))
      .expect(`*5\r\n${bulk('copy')}${bulk('a')}${bulk('b')}${bulk('DB\0')}${bulk('1')}`)
      .send(`${HELLO_2}:1\r\n`);
    expect(await gateway(peer)('all', '/redis/copy/a/b?1', raw('DB\0'))).toMatchObject({ status: 200 });
    await peer.done();
  });

  it.each(['/redis/get/%ff', '/redis/get/k?%ff=1', '/redis/get/k?a=%ff', '/redis/get/k?a=%f'])(
    '%s is refused: no server would see what the gateway read',
    async (path) => {
      expect((await gateway(scriptedPeer())('read', path)).status).toBe(400);
    },
  );
});

describe('scripts', () => {
  it.each<[token: string, command: unknown[], allowed: boolean]>([
    ['script', ['EVAL', 'return 1', 0], true],
    ['both', ['evalsha', 'x', 0], true],
    ['both', ['FCALL', 'f', 0], true],
    ['both', ['SCRIPT', 'LOAD', 'return 1'], true],
    ['both', ['SCRIPT', 'FLUSH'], false],
    ['both', ['FUNCTION', 'LOAD', '#!lua name=x'], false],
    ['both', ['FLUSHALL'], false],
    ['write', ['EVAL', 'return 1', 0], false],
    ['script', ['GET', 'k'], false],
    ['all', ['EVAL', 'return 1', 0], true],
  ])('the token %s may send %j: %s', async (token, command, allowed) => {
    const peer = scriptedPeer().expect('*');
    peer.send(`${HELLO_2}+OK\r\n`);
    const { status } = await gateway(peer)(token, '/redis', post(command));
    expect(status).toBe(allowed ? 200 : 403);
  });

  it('name the scope that is missing, of several', async () => {
    const commands = [
      ['SET', 'a', 1],
      ['EVAL', 'return 1', 0],
    ];
    for (const [token, needs] of [
      ['write', 'redis:script:main'],
      ['script', 'redis:write:main'],
    ]) {
      const { status, text } = await gateway(scriptedPeer())(token ?? '', '/redis/pipeline', post(commands));
      expect([status, text]).toEqual([403, expect.stringContaining(`${needs}`)]);
    }
  });

  const body = 'return redis.call("PING")';
  it.each<[string, string]>([
    [`#!lua flags=allow-key-locking\n${body}`, `#!lua\n${body}`],
    [`#!lua flags=no-writes,allow-key-locking\r\n${body}`, `#!lua flags=no-writes\n${body}`],
    [`#!lua flags=allow-key-locking,no-writes\n${body}`, `#!lua flags=no-writes\n${body}`],
    [`#!lua flags=no-writes\r\n${body}`, `#!lua flags=no-writes\r\n${body}`],
    [`#!lua flags=allow-key-locking-2\n${body}`, `#!lua flags=allow-key-locking-2\n${body}`],
    [`--#!lua flags=allow-key-locking\n${body}`, `--#!lua flags=allow-key-locking\n${body}`],
    ['#!lua flags=allow-key-locking', '#!lua flags=allow-key-locking'],
    [`${body}\n#!lua flags=allow-key-locking\n`, `${body}\n#!lua flags=allow-key-locking\n`],
  ])('lose the flag that Upstash alone knows: %j', async (script, sent) => {
    const eval2 = `*3\r\n${bulk('EVAL')}${bulk(sent)}${bulk('0')}`;
    const load = `*3\r\n${bulk('SCRIPT')}${bulk('LOAD')}${bulk(sent)}`;
    const inPath = `*3\r\n${bulk('eval')}${bulk(sent)}${bulk('0')}`;
    const peer = scriptedPeer()
      .expect(`${cmd('HELLO 2')}${eval2}${load}`)
      .send(`${HELLO_2}:1\r\n:2\r\n`)
      .nextConnection()
      .expect(`${cmd('HELLO 2')}${inPath}`)
      .send(`${HELLO_2}:1\r\n`)
      .nextConnection()
      .expect(`${cmd('HELLO 2')}${cmd('MULTI')}${eval2}${cmd('EXEC')}`)
      .send(`${HELLO_2}+OK\r\n+QUEUED\r\n*1\r\n:1\r\n`);
    const ask = gateway(peer);
    const pipeline = post([
      ['EVAL', script, 0],
      ['SCRIPT', 'LOAD', script],
    ]);
    expect((await ask('script', '/redis/pipeline', pipeline)).status).toBe(200);
    expect((await ask('script', '/redis/eval?0', raw(script))).status).toBe(200);
    expect((await ask('script', '/redis/multi-exec', post([['EVAL', script, 0]]))).status).toBe(200);
    await peer.done();
  });
});

/** An entry of COMMAND INFO. */
function entry(name: string, flags: string, firstKey: number, categories = '', parts = '*0\r\n'): string {
  const list = (text: string) => {
    const words = text.split(' ').filter((word) => word !== '');
    return `*${words.length}\r\n${words.map((word) => `+${word}\r\n`).join('')}`;
  };
  return `*10\r\n${bulk(name)}:-2\r\n${list(flags)}:${firstKey}\r\n:1\r\n:1\r\n${list(categories)}*0\r\n*0\r\n${parts}`;
}

describe('commands that no table knows', () => {
  it.each<[string, string, read: boolean, write: boolean]>([
    ['a module’s read', entry('new.command', 'readonly module', 1), true, true],
    ['a module’s write', entry('new.command', 'write denyoom module', 1), false, true],
    ['movable keys', entry('new.command', 'readonly movablekeys', 0), true, true],
    ['no keys', entry('new.command', 'readonly', 0), false, false],
    ['both flags', entry('new.command', 'readonly write', 1), false, false],
    ['neither flag', entry('new.command', 'fast', 1), false, false],
    ['an administrator’s', entry('new.command', 'write admin', 1), false, false],
    ['a dangerous one', entry('new.command', 'write', 1, '@write @dangerous'), false, false],
    ['a script', entry('new.command', 'readonly', 1, '@scripting'), false, false],
    ['one that blocks', entry('new.command', 'write blocking', 1), false, false],
    ['one of several parts', entry('new.command', 'readonly', 1, '', '*1\r\n*0\r\n'), false, false],
    ['an unknown one', '*-1\r\n', false, false],
    ['noise', ':5\r\n', false, false],
  ])('are classified by the server’s flags: %s', async (_, info, read, write) => {
    for (const [token, allowed] of [
      ['read', read],
      ['write', write],
    ] as const) {
      const peer = scriptedPeer()
        .expect(cmd('HELLO 2'))
        .expect(cmd('COMMAND INFO NEW.COMMAND'))
        .send(`${HELLO_2}*1\r\n${info}`);
      if (allowed) peer.expect(cmd('new.command k')).send(':1\r\n');
      const { status, text } = await gateway(peer)(token, '/redis/new.command/k');
      expect(status).toBe(allowed ? 200 : 403);
      if (!allowed) expect(text).toMatch(/redis:(write|admin):main/);
      await peer.done();
    }
  });

  it.each([
    "-NOPERM User reader has no permissions to run the 'command' command\r\n",
    '-ERR unknown command\r\n',
  ])('need admin where COMMAND is not to be had: %j', async (refusal) => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'COMMAND INFO NEW.COMMAND'))
      .send(HELLO_2 + refusal);
    const ask = gateway(peer);
    const refused = await ask('write', '/redis/new.command/k');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('redis:admin:main')]);
    // It is remembered: no second connection comes.
    expect((await ask('write', '/redis/new.command/k')).status).toBe(403);
    await peer.done();
  });

  it('are asked for once, all in one question', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'COMMAND INFO M.A M.B'))
      .send(`${HELLO_2}*2\r\n${entry('m.a', 'readonly', 1)}${entry('m.b', 'write', 1)}`)
      .expect(cmds('M.A k', 'GET k', 'm.b k', 'M.A k'))
      .send(':1\r\n:2\r\n:3\r\n:4\r\n')
      .nextConnection()
      .expect(cmds('HELLO 2', 'm.b k'))
      .send(`${HELLO_2}:5\r\n`);
    const ask = gateway(peer);
    const commands = [
      ['M.A', 'k'],
      ['GET', 'k'],
      ['m.b', 'k'],
      ['M.A', 'k'],
    ];
    expect((await ask('write', '/redis/pipeline', post(commands))).status).toBe(200);
    expect((await ask('write', '/redis/m.b/k')).status).toBe(200);
    expect(
      (
        await ask(
          'read',
          '/redis/pipeline',
          post([
            ['M.A', 'k'],
            ['M.B', 'k'],
          ]),
        )
      ).status,
    ).toBe(403);
    await peer.done();
  });

  it('are sent without a question by a token that may do everything', async () => {
    const peer = scriptedPeer().expect(cmds('HELLO 2', 'new.command k')).send(`${HELLO_2}:1\r\n`);
    expect((await gateway(peer)('all', '/redis/new.command/k')).status).toBe(200);
    await peer.done();
  });

  it.each(['script', 'none'])('are not asked for by a token that may not read: %s', async (token) => {
    const peer = scriptedPeer();
    expect((await gateway(peer)(token, '/redis/new.command/k')).status).toBe(403);
    expect(peer.connections).toBe(0);
  });
});

describe('a connection’s deny', () => {
  it.each<[string, RequestInit]>([
    ['/redis/keys/*', {}],
    ['/redis/KEYS%00/*', {}],
    ['/redis/config/set/dir/x', {}],
    ['/redis/config?dir=x', raw('set')],
    ['/redis/mod.conf/set/x', {}],
    ['/redis/xinfo/stream/s', {}],
    [
      '/redis/pipeline',
      post([
        ['GET', 'k'],
        ['sort_RO', 'l'],
      ]),
    ],
    ['/redis/multi-exec', post([['Keys', '*']])],
  ])('refuses %s, whoever asks', async (path, init) => {
    const peer = scriptedPeer();
    const deny = ['KEYS', 'sort_ro', 'CONFIG SET', 'XINFO', 'mod.conf set'];
    const { status, text } = await gateway(peer, { deny })('all', path, init);
    expect([status, text]).toEqual([403, expect.stringContaining('operator denies it')]);
    expect(peer.connections).toBe(0);
  });

  it('lets the rest through', async () => {
    const peer = scriptedPeer().expect(cmds('HELLO 2', 'config get dir')).send(`${HELLO_2}*0\r\n`);
    expect((await gateway(peer, { deny: ['CONFIG SET'] })('all', '/redis/config/get/dir')).status).toBe(200);
    await peer.done();
  });

  it.each([[['KEYS *']], ['KEYS'], [['']], [[5]]])('of %j is no setting', async (deny) => {
    const { status, text } = await gateway(scriptedPeer(), { deny })('all', '/redis/get/k');
    expect([status, text]).toEqual([400, expect.stringContaining('settings')]);
  });

  it('that is misspelt is no setting either', async () => {
    expect((await gateway(scriptedPeer(), { denny: ['KEYS'] })('all', '/redis/get/k')).status).toBe(400);
  });
});
