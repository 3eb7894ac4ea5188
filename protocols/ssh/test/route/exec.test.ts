// `POST /ssh/exec`, with a real `sh` behind it.
import { describe, expect, it } from 'vitest';
import { type Ask, COMMANDS, exec, send, server, url } from './harness.ts';

describe('a command of the entry', () => {
  it('runs with its parameters, and tells how it ended', async () => {
    const { status, body } = await exec({ command: 'restart', params: { service: 'nginx' } });
    expect(status).toBe(200);
    expect(body).toEqual({ code: 0, stdout: 'restart nginx\n', stderr: '', encoding: 'text' });
  });

  it('is 200 where it fails', async () => {
    expect(await exec({ command: 'fail' })).toEqual({
      status: 200,
      body: { code: 3, stdout: 'out\n', stderr: 'err\n', encoding: 'text' },
    });
  });

  it('tells the signal that ended it', async () => {
    expect((await exec({ command: 'killed' })).body).toMatchObject({ signal: 'TERM', stdout: '' });
  });

  it('gives bytes that are no text as base64', async () => {
    expect((await exec({ command: 'bytes' })).body).toMatchObject({ stdout: '//4=', encoding: 'base64' });
  });

  it('reads what the request brings', async () => {
    expect((await exec({ command: 'cat', stdin: 'grüße' })).body.stdout).toBe('grüße');
    expect((await exec({ command: 'cat', stdin: { base64: 'AP8=' } })).body.stdout).toBe('AP8=');
    expect((await exec({ command: 'cat' })).body.stdout).toBe('');
  });

  it('is ended where it writes more than the limit', async () => {
    const { status, body } = await exec({ command: 'endless' });
    expect([status, body.code]).toEqual([413, 'limit']);
  });

  it('is ended when its own time is up', async () => {
    const { status, body } = await exec({ command: 'hang' });
    expect([status, body.code]).toEqual([504, 'timeout']);
  });

  it.each([
    ['a space', 'a b'],
    ['nothing', ''],
    ['single quotes', "it's 'so'"],
    ['double quotes', 'a "b" c'],
    ['backslashes', 'a\\b\\\\ \\n \\'],
    ['a backslash and a quote', "\\' ; echo pwned #"],
    ['substitutions', '$(id) `id` \x24{HOME} $HOME $((1+1))'],
    ['separators', '; echo pwned && echo | cat & > /tmp/x < /dev/null'],
    ['globs and braces', '* ? [a-z] {a,b} ~ !x ^y'],
    ['a comment', '# not here'],
    ['tabs and other control characters', '\t\u0001\u001b[31m'],
    ['letters of the world', 'Größe 日本語 😀'],
    ['a closing quote and a command', "'; echo pwned; '"],
  ])('gets %s as one word', async (_what, text) => {
    const { body } = await exec({ command: 'say', params: { text } });
    expect(body.stdout).toBe(text);
  });

  it('gets each parameter in its own word, and numbers as they are written', async () => {
    const { body } = await exec({ command: 'words', params: { a: 'x y', c: 7 } });
    expect(body.stdout).toBe('<x y><-x><--flag=7>');
  });
});

describe('a command line of the caller', () => {
  it('runs by the scope "any"', async () => {
    expect((await exec({ run: 'echo "$((1 + 1))"' })).body.stdout).toBe('2\n');
  });

  it('is refused without it', async () => {
    const { status, body } = await exec({ run: 'id' }, { token: 'exec' });
    expect([status, body.needs]).toEqual([403, 'ssh:any:main']);
  });

  it('reaches a server of the caller’s own, with its host key', async () => {
    const headers = { 'Fairlead-Url': url, 'Fairlead-Host-Key': server.fingerprint };
    expect((await exec({ run: 'echo hi' }, { connection: null, headers })).body.stdout).toBe('hi\n');
    const other = { ...headers, 'Fairlead-Host-Key': `SHA256:${'A'.repeat(43)}` };
    expect((await exec({ run: 'echo hi' }, { connection: null, headers: other })).body.code).toBe('auth');
  });
});

describe('a host key that is not the known one', () => {
  it('is refused, and nothing is sent', async () => {
    const { status, body } = await exec({ command: 'fail' }, { connection: 'stranger' });
    expect([status, body.code, body.safeToRetry]).toEqual([502, 'auth', true]);
  });
});

describe('events while it runs', () => {
  it('come as NDJSON', async () => {
    const response = await send('/ssh/exec', {
      json: { command: 'slow' },
      headers: { Accept: 'application/x-ndjson' },
    });
    expect(response.headers.get('Content-Type')).toBe('application/x-ndjson');
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { event: 'started' },
      { event: 'stdout', data: 'a', encoding: 'text' },
      { event: 'stderr', data: 'b', encoding: 'text' },
      { event: 'stdout', data: 'c', encoding: 'text' },
      { event: 'exit', code: 0 },
    ]);
  });

  it('come as server-sent events', async () => {
    const response = await send('/ssh/exec', {
      json: { command: 'fail' },
      headers: { Accept: 'text/event-stream' },
    });
    const text = await response.text();
    expect(text.startsWith('event: started\ndata: {}\n\n')).toBe(true);
    expect(text).toContain('event: stdout\ndata: {"data":"out\\n","encoding":"text"}\n\n');
    expect(text.endsWith('event: exit\ndata: {"code":3}\n\n')).toBe(true);
  });

  it('wait for their reader, and end with it', async () => {
    const response = await send('/ssh/exec', {
      json: { command: 'endless' },
      headers: { Accept: 'application/x-ndjson' },
    });
    const reader = response.body?.getReader();
    for (let i = 0; i < 3; i += 1) expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });
});

describe('the list of commands', () => {
  const list = async (ask: Ask) => {
    const response = await send('/ssh/commands', ask);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };

  it('has names and parameters, and no text', async () => {
    const { status, body } = await list({ token: 'exec' });
    expect(status).toBe(200);
    const named = new Map(body.commands.map((one: { name: string }) => [one.name, one]));
    expect([...named.keys()]).toEqual(Object.keys(COMMANDS));
    expect(named.get('restart')).toEqual({
      name: 'restart',
      stdin: false,
      params: [{ name: 'service', type: 'text', isRequired: true, enum: ['nginx', 'redis'] }],
    });
    expect(named.get('hang')).toMatchObject({ timeoutMs: 300, params: [] });
    expect(JSON.stringify(body)).not.toContain('echo');
  });

  it('is for tokens that may run them', async () => {
    expect((await list({ token: 'nobody' })).status).toBe(403);
    expect((await list({ connection: 'bare' })).body).toEqual({ commands: [] });
  });
});
