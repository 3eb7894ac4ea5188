// `fairlead ping`: from this machine to real ports, and through a gateway whose answers are written here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listenTcp, startFakeGateway } from './support/fake-gateway.ts';
import { run } from './support/program.ts';

const env = { FAIRLEAD_TOKEN: 'geheim' };

describe('ping from this machine', () => {
  it('tells each sample, and what they amount to', async () => {
    await using server = await listenTcp((socket) => void socket.resume());
    const target = `127.0.0.1:${server.port}`;
    const { code, events } = await run(['ping', target, '--count', '3', '--interval', '0', '--json']);
    expect(code).toBe(0);
    expect(events.map(({ event, target: of, n }) => [event, of, n])).toEqual([
      ...[1, 2, 3].map((n) => ['sample', target, n]),
      ['summary', target, undefined],
    ]);
    expect(events.at(-1)?.statistics).toMatchObject({
      sent: 3,
      received: 3,
      loss: 0,
      tcp: expect.any(Object),
    });
    const { stdout, stderr } = await run(['ping', target, '-n', '2', '-i', '0']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/:\d+ {4}1 {2}tcp +\d+\.\d\d ms\n/);
    expect(stdout).toMatch(/\n {2}2 sent, 2 received, 0% loss\n {2}tcp {2}min .* ms {3}jitter .* ms\n$/);
  });

  it('ends with 1 where a target was not reached once', async () => {
    await using server = await listenTcp((socket) => void socket.resume());
    const targets = ['127.0.0.1:1', `127.0.0.1:${server.port}`];
    const { code, events } = await run(['ping', ...targets, '-n', '1', '--json']);
    expect(code).toBe(1);
    expect(events.filter(({ event }) => event === 'summary')).toMatchObject([
      { statistics: { received: 0, loss: 1 }, error: { code: 'connect_failed' } },
      { statistics: { received: 1 } },
    ]);
  });

  it('is interrupted: what was measured until then counts', async () => {
    await using server = await listenTcp((socket) => void socket.resume());
    const interruption = new AbortController();
    const args = ['ping', `127.0.0.1:${server.port}`, '-n', '100', '-i', '60', '--json'];
    const onStdout = (text: string) => {
      if (text.includes('"n":1')) interruption.abort();
    };
    const { code, events } = await run(args, { signal: interruption.signal, onStdout });
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'summary', statistics: { sent: 1, received: 1 } });
  });

  it.each([
    [[], /nothing to ping/],
    [['main'], /"main" is no address: .*\n.*need the URL of a gateway before them/],
    [['127.0.0.1:1', '-n', '101'], /--count is a whole number from 1 to 100, and not "101"/],
    [['127.0.0.1:1', '-n', '1.5'], /--count is a whole number/],
    [['127.0.0.1:1', '-i', 'x'], /--interval is a number from 0 to 60/],
    [['https://gateway.example.com'], /The connection or the address is missing/],
    [['http://gateway.example.com', 'main'], /is plain/],
    [['https://gateway.example.com', ...Array.from({ length: 11 }, (_, n) => `c${n}`)], /at most 10 targets/],
  ])('%j are refused with exit code 2', async (args, words) => {
    const { code, stdout, stderr } = await run(['ping', ...args], { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});

/** A gateway that answers every request so. */
function answering(status: number, body: string, seen: Record<string, unknown> = {}) {
  return startFakeGateway({
    onRequest(request: IncomingMessage, response: ServerResponse) {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        Object.assign(seen, { path: request.url, headers: request.headers, body: JSON.parse(text) });
        response.writeHead(status, {
          'Content-Type': 'application/x-ndjson',
          Location: 'http://127.0.0.1:1/',
        });
        // In two parts, with the cut inside a line.
        response.write(body.slice(0, 20));
        setTimeout(() => response.end(body.slice(20)), 20);
      });
    },
  });
}

const statistics = { sent: 1, received: 1, loss: 0, tcp: { minMs: 1, medianMs: 1, p95Ms: 1, maxMs: 1 } };
const lines = (...all: readonly unknown[]) => all.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('ping through a gateway', () => {
  it('asks for all targets at once, and tells what the gateway measures', async () => {
    const error = { code: 'connect_failed', detail: 'Nothing listens there.', status: 502 };
    const seen: Record<string, unknown> = {};
    await using gateway = await answering(
      200,
      lines(
        { sample: { connection: 'main', n: 1, tcpMs: 1, tlsMs: 2 } },
        { sample: { address: 'db.example.com:5432', n: 1, error: 'connect_failed' } },
        {
          summary: {
            failed: 1,
            results: [
              { connection: 'main', ...statistics },
              { address: 'db.example.com:5432', error },
            ],
            colo: 'AMS',
            placement: 'remote-LHR',
          },
        },
      ),
      seen,
    );
    const url = `http://127.0.0.1:${gateway.port}/base/`;
    const args = ['ping', url, 'main', 'db.example.com:5432', 'main', '--tls', '-n', '1', '-t', '5'];
    const { code, events } = await run([...args, '--json'], { env });
    expect(code).toBe(1);
    expect(events).toEqual([
      { event: 'sample', target: 'main', n: 1, tcpMs: 1, tlsMs: 2 },
      { event: 'sample', target: 'db.example.com:5432', n: 1, error: 'connect_failed' },
      { event: 'summary', target: 'main', statistics },
      {
        event: 'summary',
        target: 'db.example.com:5432',
        error: { code: 'connect_failed', message: 'Nothing listens there.' },
      },
      { event: 'place', colo: 'AMS', placement: 'remote-LHR' },
    ]);
    expect(seen).toMatchObject({
      path: '/base/tcp/ping',
      headers: {
        authorization: 'Bearer geheim',
        accept: 'application/x-ndjson',
        'fairlead-timeout-ms': '5000',
      },
      body: {
        targets: [{ connection: 'main' }, { address: 'db.example.com:5432' }],
        tls: true,
        count: 1,
        intervalMs: 200,
      },
    });
    const { stdout } = await run(args, { env });
    expect(stdout).toMatch(/^main {19}1 {2}tcp +1\.00 ms {2}tls +2\.00 ms\n/);
    expect(stdout).toMatch(/\nfrom AMS, placement remote-LHR\n$/);
  });

  it('prints nothing of it that could steer a terminal', async () => {
    const name = 'ma\u001b[2Jin\u202e';
    const all = lines(
      { sample: { connection: name, n: 1, tcpMs: 1 } },
      { summary: { failed: 0, results: [{ connection: name, ...statistics }] } },
    );
    await using gateway = await answering(200, all);
    const { stdout } = await run(['ping', `http://127.0.0.1:${gateway.port}`, 'main', '-n', '1'], { env });
    expect(stdout).toContain('ma?[2Jin?');
    for (const steering of ['\u001b', '\u202e']) expect(stdout).not.toContain(steering);
  });

  it('reads no more of a refusal than it tells', async () => {
    await using gateway = await startFakeGateway({
      onRequest(_request, response) {
        response.writeHead(500);
        const more = () => response.write('x'.repeat(65_536));
        response.on('drain', more);
        more();
        more();
      },
    });
    const { code, stderr } = await run(['ping', `http://127.0.0.1:${gateway.port}`, 'main'], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('The gateway answered 500');
  });

  it.each([
    [
      401,
      '{"code":"unauthorized","detail":"The token is not known."}',
      /401 unauthorized: .*\n.*FAIRLEAD_TOKEN/,
    ],
    [
      403,
      '{"code":"forbidden","detail":"No."}',
      /403 forbidden: No\.\n.*tcp:ping:<connection>, or tcp:ping:@/,
    ],
    [302, '', /answered 302\.\n.*no Fairlead gateway/],
    [200, 'something else entirely', /something else than a ping/],
    [200, '[1]\n', /something else than a ping/],
    [200, lines({ error: { status: 504, code: 'timeout', detail: 'Too late.' } }), /504 timeout: Too late\./],
  ])('an answer of %i %s ends with 1', async (status, body, words) => {
    await using gateway = await answering(status, body);
    const { code, stderr } = await run(['ping', `http://127.0.0.1:${gateway.port}`, 'main'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  it('tells that the gateway cannot be reached, or that a token is missing', async () => {
    const gone = await run(['ping', 'http://127.0.0.1:1', 'main'], { env });
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(/The gateway 127\.0\.0\.1:1 cannot be reached/);
    const without = await run(['ping', 'http://127.0.0.1:1', 'main']);
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/needs a token/);
  });

  it('keeps what a gateway says from steering the terminal', async () => {
    await using gateway = await answering(
      403,
      JSON.stringify({ code: 'forbidden', detail: 'a\u001b[31mb\nc' }),
    );
    const { stderr } = await run(['ping', `http://127.0.0.1:${gateway.port}`, 'main'], { env });
    expect(stderr).toContain('403 forbidden: a?[31mb?c');
  });
});
