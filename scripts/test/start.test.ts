// `npm start` as a user has it: started on a port of its own, its printed curl lines pasted into a shell, stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 120_000;

let port = 0;
let child: ChildProcess;
let output = '';

function start(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function isOpen(at: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** The printed lines that begin with `curl`, run by a shell. */
function paste(): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('  curl '));
  return lines.map(
    (line) => spawnSync('bash', ['-c', line.trim()], { encoding: 'utf8', timeout: 20_000 }).stdout,
  );
}

beforeAll(async () => {
  port = await freePort();
  child = start({ PORT: String(port) });
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  await vi.waitFor(() => expect(output).toContain('Ctrl-C'), { timeout: START_MS, interval: 100 });
}, START_MS);

afterAll(() => {
  child.kill('SIGKILL');
});

describe('npm start', () => {
  it('prints fourteen curl lines that work', () => {
    const [
      query,
      named,
      redis,
      live,
      ndjson,
      mqtt,
      mail,
      gopher,
      ssh,
      sftp,
      ftp,
      upload,
      ping,
      send,
      ...more
    ] = paste();
    expect(more).toEqual([]);
    const { rows, rowCount } = JSON.parse(query ?? '');
    expect(rowCount).toBe(rows.length);
    expect(rows).toContainEqual({ name: 'Rotterdam', country: 'NL', depth_m: '24.0' });
    expect(JSON.parse(named ?? '').rows).toContainEqual({ name: 'Eider 2', kind: 'ferry', built: 2006 });
    expect(redis?.trim()).toBe('{"result":"OK"}\n{"result":"ahoy"}');
    expect(live).toMatch(/^data: subscribe,wind,1\n\n/);
    // Of the two answers either may be the first, and the line's end of one may come behind the other.
    expect(live).toContain('data: message,wind,calm\n\n');
    expect(live).toContain('{"result":1}');
    const lines = (ndjson ?? '').trim().split('\n');
    expect(lines).toHaveLength(7);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ id: 1, arrived: '2026-01-01T09:17:00Z' });
    expect(mqtt).toMatch(/^\{"reasonCode":0\}\nevent: subscribed\n/);
    expect(mqtt).toContain('"topic":"harbours/rotterdam/wind","payload":"12 knots"');
    expect(mqtt).toMatch(/event: end\ndata: \{"reason":"limit","delivered":1\}\n\n$/);
    const [sent, caught] = (mail ?? '').split(/(?<=\})\n(?=\{"mails")/);
    expect(JSON.parse(sent ?? '')).toMatchObject({ accepted: ['harbour@example.com'], rejected: [] });
    expect(JSON.parse(caught ?? '').mails).toMatchObject([
      { id: 1, from: 'aurora@example.com', to: ['harbour@example.com'], subject: 'Arrival' },
    ]);
    const [menu, ...text] = (gopher ?? '').split(/(?<=\})\n(?=# Working)/);
    expect(JSON.parse(menu ?? '')).toMatchObject({ connection: 'docs', type: '1' });
    expect(menu).toContain('/0/protocols/redis/README.md');
    const [uptime, logs] = (ssh ?? '').trim().split('\n');
    expect(JSON.parse(uptime ?? '')).toMatchObject({ code: 0, stdout: expect.stringContaining(' up 0:') });
    expect(JSON.parse(logs ?? '')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(' today.log\n'),
    });
    expect(sftp).toContain('"name":"reports"');
    expect(sftp).toMatch(/\nmonth,calls\nJanuary,41\n/);
    expect(ftp).toContain('"name":"harbours.csv","type":"file","size":70');
    expect(ftp).toMatch(/\nname,country,depth_m\nRotterdam,/);
    expect(upload).toBe('{"bytes":11}\n1987\n');
    expect(ping).toMatch(/^cache\n {4}1 {2}tcp [\d.]+ ms\n/);
    expect(JSON.parse(send ?? '').data).toContain('# Working');
    const document = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').replaceAll('\n', '\r\n');
    expect(text.join('')).toBe(`${document}\n`);
  });

  it('shows what it caught at the URL that it names', async () => {
    const url = /what it caught: (http:\/\/127\.0\.0\.1:\d+\/)/.exec(output)?.[1] ?? '';
    const mail = { from: 'a@example.com', to: 'b@example.com', subject: '<b>Grüße</b>', text: 'Tschüß' };
    const response = await fetch(`http://127.0.0.1:${port}/smtp/send`, {
      method: 'POST',
      headers: { authorization: 'Bearer dev', 'content-type': 'application/json' },
      body: JSON.stringify(mail),
    });
    const { response: reply } = (await response.json()) as { response: string };
    const id = /Caught as mail (\d+)/.exec(reply)?.[1];
    const page = await (await fetch(url)).text();
    expect(page).toContain(`<a href="/mails/${id}">&#60;b&#62;Grüße&#60;/b&#62;</a>`);
    expect(await (await fetch(`${url}mails/${id}`)).text()).toContain('\r\nTo: b@example.com\r\n');
  });

  it('serves the pages and the document that it names', async () => {
    const named = /http:\/\/127\.0\.0\.1:\d+\/(docs|console\/|openapi\.json)/g;
    const urls = [...output.matchAll(named)].map(([url]) => url);
    expect(urls).toHaveLength(3);
    for (const url of urls) expect((await fetch(url)).status, url).toBe(200);
  });

  it('lets nobody in without the token', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/redis/get/greeting`);
    expect(response.status).toBe(401);
  });

  it('answers many at once, though PGlite is one session', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const response = await fetch(`http://127.0.0.1:${port}/pg/query`, {
          method: 'POST',
          headers: { authorization: 'Bearer dev', 'content-type': 'application/json' },
          body: JSON.stringify({ sql: 'select $1::int as n', params: [n], rowMode: 'array' }),
        });
        const { rows } = (await response.json()) as { rows: number[][] };
        return rows[0]?.[0];
      }),
    );
    expect(answers).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps an MQTT session for a reader that comes back, and carries it over a WebSocket', async () => {
    const url = `http://127.0.0.1:${port}/mqtt`;
    const headers = { authorization: 'Bearer dev' };
    const read = async (query: string) => {
      const response = await fetch(`${url}/subscribe?topic=log/%23&session=desk&${query}`, { headers });
      return [...(await response.text()).matchAll(/^id: (.*)\ndata: .*"payload":"(\w+)"/gm)].map((m) => m[2]);
    };
    expect(await read('seconds=1')).toEqual([]);
    const messages = ['one', 'two', 'three'].map((payload) => ({ topic: 'log/a', payload }));
    const sent = await fetch(`${url}/publish`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ messages }),
    });
    expect(await sent.json()).toMatchObject({ failed: 0 });
    expect(await read('limit=1')).toEqual(['one']);
    expect(await read('limit=2')).toEqual(['two', 'three']);

    const { WebSocket } = globalThis as unknown as {
      WebSocket: new (
        url: string,
        protocols: string[],
      ) => EventTarget & { protocol: string; send(text: string): void };
    };
    const token = Buffer.from('dev').toString('base64url');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/subscribe?topic=chat&limit=1`, [
      'fairlead',
      `fairlead.bearer.${token}`,
    ]);
    const events: { event: string }[] = [];
    socket.addEventListener('message', (event) => {
      const message = JSON.parse(String((event as MessageEvent).data));
      events.push(message);
      if (message.event === 'subscribed') socket.send('{"publish":{"topic":"chat","payload":"ahoy"}}');
    });
    const [closed] = (await once(socket, 'close')) as [CloseEvent];
    expect(closed.code).toBe(1000);
    expect(socket.protocol).toBe('fairlead');
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'message', topic: 'chat', payload: 'ahoy' }),
    );
    expect(events.at(-1)).toEqual({ event: 'end', reason: 'limit', delivered: 1 });
  });

  it.each([
    ['a port that is taken', () => String(port), 'another program listens there'],
    ['a port that is no number', () => 'abc', 'PORT must be a number'],
  ])('says what is wrong with %s', async (_, value, words) => {
    const second = start({ PORT: value() });
    let text = '';
    second.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(second, 'close');
    expect(code).toBe(1);
    expect(text).toContain(words);
  });

  it('stops everything on Ctrl-C, with exit code 0', async () => {
    const ports = [...new Set([...output.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, text]) => Number(text)))];
    expect(ports).toHaveLength(9);
    for (const each of ports) expect(await isOpen(each)).toBe(true);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    for (const each of ports) expect(await isOpen(each)).toBe(false);
  });
});

describe('npm start behind one that was killed', () => {
  it.runIf(process.platform === 'linux')(
    'names the workerd that was left on the port, and how to end it',
    async () => {
      const first = start({ PORT: String(port) });
      let text = '';
      first.stdout?.on('data', (chunk) => {
        text += chunk;
      });
      await vi.waitFor(() => expect(text).toContain('Ctrl-C'), { timeout: START_MS, interval: 100 });
      first.kill('SIGKILL');
      await once(first, 'exit');
      expect(await isOpen(port)).toBe(true);
      const second = spawnSync(process.execPath, ['scripts/start.ts'], {
        cwd: ROOT,
        env: { ...process.env, PORT: String(port) },
        encoding: 'utf8',
      });
      expect(second.status).toBe(1);
      const pid = /held by process (\d+), .* that was killed\. End it with: kill \1/.exec(second.stderr)?.[1];
      process.kill(Number(pid));
      await vi.waitFor(async () => expect(await isOpen(port)).toBe(false), { timeout: 5_000 });
    },
    START_MS,
  );
});
