// `/tcp/ping`: one target and several, each behind its scope; JSON, text, events and lines; what is refused and hidden.
import { createApp } from '@fairlead/http';
import { memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../src/index.ts';
import { tcpRoutes } from '../src/route/index.ts';

const TIME = expect.any(Number);
const TIMES = { minMs: TIME, medianMs: TIME, p95Ms: TIME, maxMs: TIME };
const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['*'] },
  { token: 'main-token-0123456789', name: 'main', scopes: ['tcp:ping:main'] },
  { token: 'own-token-0123456789', name: 'own', scopes: ['tcp:ping:@'] },
];
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'tcp://quiet.internal.test:7070',
    dead: 'tcp://user:pa55word@dead.internal.test:1',
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
  FAIRLEAD_TARGETS: JSON.stringify(['*.example.net:5432', 'dead.example.net:1']),
};

/** Port 1 refuses; every other one takes the connection and says nothing but a TLS handshake. */
const servers: Connector = (address, options) =>
  memoryConnector((server) => (options?.tls === 'starttls' ? server.startTls() : undefined), {
    dial: address.port === 1 ? 'refuse' : 'accept',
  })(address, options);

function gateway(connector: Connector = servers) {
  const app = createApp({ routes: [tcpRoutes], connector });
  return async (
    path: string,
    init: RequestInit & { json?: unknown; token?: string; accept?: string } = {},
  ) => {
    const { json, token = 'all', accept, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    if (accept !== undefined) headers.set('Accept', accept);
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
    const response = await app.request(`/tcp/${path}`, { ...body, ...rest, headers }, ENV);
    const text = await response.text();
    const type = response.headers.get('Content-Type') ?? '';
    return {
      status: response.status,
      headers: response.headers,
      type,
      text,
      body: type.includes('json') && !type.includes('ndjson') ? JSON.parse(text) : undefined,
    };
  };
}

const ask = gateway();

describe('one target', () => {
  it('an address of the caller’s own', async () => {
    const { status, body } = await ask('ping/db.example.net:5432?count=3');
    expect(status).toBe(200);
    expect(body).toEqual({
      address: 'db.example.net:5432',
      sent: 3,
      received: 3,
      loss: 0,
      tcp: { ...TIMES, jitterMs: TIME },
      samples: [1, 2, 3].map((n) => ({ n, tcpMs: TIME })),
    });
  });

  it.each(['ping?connection=main', 'ping'])(
    'a named connection, whose address stays hidden: %s',
    async (path) => {
      const { body, text } = await ask(path, { token: 'main' });
      expect(body).toMatchObject({ connection: 'main', sent: 1, received: 1 });
      expect(text).not.toContain('internal');
    },
  );

  it('tells where it ran, where the platform says so', async () => {
    const app = createApp({ routes: [tcpRoutes], connector: servers });
    const headers = { Authorization: 'Bearer all-token-0123456789', 'cf-placement': 'remote-LHR' };
    const request = new Request('http://gateway.test/tcp/ping/db.example.net:5432', { headers });
    Object.defineProperty(request, 'cf', { value: { colo: 'AMS' } });
    const response = await app.fetch(request, ENV);
    expect(await response.json()).toMatchObject({ colo: 'AMS', placement: 'remote-LHR' });
  });

  it('counts lost samples, and keeps those that came', async () => {
    let dials = 0;
    const flaky: Connector = (address, options) => {
      if (++dials === 2) throw new FairleadError('connect_failed', 'no');
      return servers(address, options);
    };
    const { body } = await gateway(flaky)('ping/db.example.net:5432?count=4');
    expect(body).toMatchObject({ sent: 4, received: 3, loss: 0.25 });
    expect(body.samples[1]).toEqual({ n: 2, error: 'connect_failed' });
  });

  it('answers with what was measured when the request’s time is up', async () => {
    const headers = { 'Fairlead-Timeout-Ms': '400' };
    const { status, body } = await ask('ping/db.example.net:5432?count=100&intervalMs=60', { headers });
    expect(status).toBe(200);
    expect(body.sent).toBeGreaterThan(1);
    expect(body.sent).toBeLessThan(10);
  });
});

describe('several targets', () => {
  const targets = [
    { connection: 'main' },
    { address: 'DB.example.net:5432' },
    { address: 'dead.example.net:1' },
  ];

  it('each has its result, or its problem', async () => {
    const { status, body } = await ask('ping', { json: { targets, count: 2, tls: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      failed: 1,
      results: [
        { connection: 'main', sent: 2, tcp: TIMES, tls: TIMES },
        { address: 'db.example.net:5432', sent: 2 },
        { address: 'dead.example.net:1', error: { code: 'connect_failed', status: 502 } },
      ],
    });
  });

  it('by repeated query parameters', async () => {
    const { body } = await ask('ping?address=a.example.net:5432&address=b.example.net:5432&connection=main');
    expect(
      body.results.map(({ address, connection }: Record<string, string>) => address ?? connection),
    ).toEqual(['a.example.net:5432', 'b.example.net:5432', 'main']);
    expect((await ask('ping?address=a.example.net:5432')).body).toMatchObject({
      address: 'a.example.net:5432',
    });
  });

  it('scope, existence and policy are each target’s own', async () => {
    const all = [
      ...targets,
      { connection: 'nope' },
      { address: 'example.org:80' },
      { address: '127.0.0.1:80' },
      { address: 'x' },
    ];
    const { body } = await ask('ping', { json: { targets: all }, token: 'own' });
    expect(body.failed).toBe(6);
    expect(body.results.map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
      'forbidden',
      undefined,
      'connect_failed',
      'forbidden',
      'policy',
      'policy',
      'usage',
    ]);
    expect(body.results[0].error.needs).toBe('tcp:ping:main');
  });

  it('where all failed, the first one’s problem', async () => {
    const dead = [{ connection: 'dead' }, { address: 'dead.example.net:1' }];
    const { status, body, text } = await ask('ping', { json: { targets: dead } });
    expect([status, body.code, body.safeToRetry]).toEqual([502, 'connect_failed', true]);
    expect(body.detail).toContain('None of the 2 targets answered');
    expect(text).not.toMatch(/internal|pa55word/);
    const refused = await ask('ping', {
      json: { targets: [{ connection: 'dead' }, ...dead] },
      token: 'main',
    });
    expect([refused.status, refused.body.needs]).toEqual([403, 'tcp:ping:dead']);
  });

  it('a named connection’s problem hides its address whatever stands beside it', async () => {
    const mixed = [{ address: 'dead.example.net:1' }, { connection: 'dead' }, { connection: 'main' }];
    for (const accept of ['application/json', 'text/plain', 'text/event-stream', 'application/x-ndjson']) {
      const { text } = await ask('ping', { json: { targets: mixed }, accept });
      expect(text).toContain('connection \\"dead\\"'.replaceAll('\\', accept === 'text/plain' ? '' : '\\'));
      expect(text).not.toMatch(/internal|pa55word/);
    }
  });

  it('at most four are dialled at a time', async () => {
    let open = 0;
    let most = 0;
    const slow: Connector = async (address, options) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 10));
      open--;
      return servers(address, options);
    };
    const ten = Array.from({ length: 10 }, (_, i) => ({ address: `h${i}.example.net:5432` }));
    const { body } = await gateway(slow)('ping', { json: { targets: ten, count: 2 } });
    expect([body.failed, body.results.length, most]).toEqual([0, 10, 4]);
  });
});

describe('the form of the answer', () => {
  it.each([
    ['*/*', 'application/json'],
    ['text/plain', 'text/plain'],
    ['text/html, text/*;q=0.5, application/json;q=0.1', 'text/plain'],
    ['application/json;q=0.2, application/x-ndjson', 'application/x-ndjson'],
    ['text/event-stream', 'text/event-stream'],
    ['image/png', 'application/json'],
    ['text/plain;q=0', 'application/json'],
  ])('Accept: %s is %s', async (accept, type) => {
    const answer = await ask('ping/db.example.net:5432', { accept });
    expect(answer.type).toContain(type);
    expect(answer.headers.get('Vary')).toContain('Accept');
  });

  it('is text for people', async () => {
    const json = {
      targets: [{ connection: 'main' }, { address: 'dead.example.net:1' }],
      count: 2,
      tls: true,
    };
    const { text } = await ask('ping', { json, accept: 'text/plain' });
    expect(
      text.replaceAll(/\d+(\.\d+)? ms/g, 'T ms').replaceAll(/(min|median|p95|max|jitter) [\d.]+/g, '$1 T'),
    ).toBe(
      `main
    1  tcp T ms  tls T ms
    2  tcp T ms  tls T ms
  2 sent, 2 received, 0% loss
  tcp  min T  median T  p95 T  max T  jitter T ms
  tls  min T  median T  p95 T  max T  jitter T ms

dead.example.net:1
    1  connect_failed
    2  connect_failed
  failed: connect_failed: cannot connect to dead.example.net:1 (TLS: starttls) after T ms: connection refused: nothing listens there
`,
    );
  });

  it('is one event a sample, and the summary at last', async () => {
    const { text } = await ask('ping/db.example.net:5432?count=2', { accept: 'text/event-stream' });
    const events = text
      .trimEnd()
      .split('\n\n')
      .map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []);
    expect(events.map(([, name, data = '']) => [name, JSON.parse(data)])).toEqual([
      ['sample', { address: 'db.example.net:5432', n: 1, tcpMs: TIME }],
      ['sample', { address: 'db.example.net:5432', n: 2, tcpMs: TIME }],
      [
        'summary',
        { address: 'db.example.net:5432', sent: 2, received: 2, loss: 0, tcp: { ...TIMES, jitterMs: TIME } },
      ],
    ]);
  });

  it('is one line a sample, and the summary at last', async () => {
    const json = { targets: [{ connection: 'main' }, { address: 'dead.example.net:1' }] };
    const { text } = await ask('ping', { json, accept: 'application/x-ndjson' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual({
      sample: { address: 'dead.example.net:1', n: 1, error: 'connect_failed' },
    });
    expect(lines.at(-1)).toMatchObject({
      summary: { failed: 1, results: [{ connection: 'main' }, { error: { code: 'connect_failed' } }] },
    });
  });

  it('streams end with the problem where all failed, and refuse before the first event with a status', async () => {
    const failed = await ask('ping/dead.example.net:1', { accept: 'text/event-stream' });
    expect(failed.status).toBe(200);
    expect(failed.text).toMatch(/event: sample\n.*\n\nevent: error\ndata: \{.*"connect_failed"/);
    const refused = await ask('ping/example.org:80', { accept: 'text/event-stream' });
    expect([refused.status, refused.body.code]).toEqual([403, 'policy']);
  });

  it('streams come while it runs, and no sample is taken for a caller who has gone', async () => {
    let dials = 0;
    const counted: Connector = (address, options) => {
      dials++;
      return servers(address, options);
    };
    const app = createApp({ routes: [tcpRoutes], connector: counted });
    const headers = { Authorization: 'Bearer all-token-0123456789', Accept: 'text/event-stream' };
    const path = '/tcp/ping/db.example.net:5432?count=100&intervalMs=20';
    const response = await app.request(path, { headers }, ENV);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(dials).toBeLessThan(20);
    await reader?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = dials;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(dials).toBe(before);
  });

  it('HEAD has no body, and leaves nothing running', async () => {
    const { status, text } = await ask('ping/db.example.net:5432?count=5', {
      method: 'HEAD',
      accept: 'text/event-stream',
    });
    expect([status, text]).toEqual([200, '']);
  });
});

describe('refused', () => {
  it.each([
    ['a count of 0', 'ping/db.example.net:5432?count=0', 400, /query\.count/],
    ['a count of 1000', 'ping/db.example.net:5432?count=1000', 400, /query\.count: must be from 1 to 100/],
    ['a count of 101', 'ping/db.example.net:5432?count=101', 400, /query\.count: must be from 1 to 100/],
    ['a long interval', 'ping/db.example.net:5432?intervalMs=60001', 400, /query\.intervalMs/],
    ['two connections', 'ping?connection=main&connection=dead', 400, /connection: stands more than once/],
    [
      'eleven targets',
      `ping?${'address=a.example.net:5432&'.repeat(10)}connection=main`,
      400,
      /more than 10/,
    ],
    ['an unknown parameter', 'ping?connection=main&interval=1', 400, /query\.interval/],
    ['an address in the path, and a connection', 'ping/db.example.net:5432?connection=main', 400, /not both/],
  ])('%s', async (_name, path, status, detail) => {
    const answer = await ask(path);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });

  it('a URL, which would be passed over', async () => {
    const headers = { 'Fairlead-Url': 'tcp://db.example.net:5432' };
    const send = { method: 'POST', json: { connection: 'main', data: 'x' } };
    for (const init of [{ headers }, { headers, ...send }]) {
      const answer = await ask('json' in init ? 'send' : 'ping', init);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
      expect(answer.text).toContain('Fairlead-Url is not read here');
    }
  });

  it.each([
    ['no targets', { targets: [] }],
    ['eleven', { targets: Array.from({ length: 11 }, () => ({ connection: 'main' })) }],
    ['a target of both kinds', { targets: [{ connection: 'main', address: 'a.example.net:5432' }] }],
    ['a target of no kind', { targets: [{}] }],
    ['another member', { targets: [{ connection: 'main' }], host: 'x' }],
    ['a count of 101', { targets: [{ connection: 'main' }], count: 101 }],
  ])('a body with %s', async (_name, json) => {
    expect(await ask('ping', { json })).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });
});
