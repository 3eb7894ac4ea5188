// Compliance: how an attempt to connect ends. Nothing here reads or writes more than a command.
import { expect } from 'vitest';
import {
  AT_ONCE_MS,
  type ComplianceCase,
  expectHelpful,
  failure,
  inTime,
  readText,
  rejection,
} from './harness.ts';

const SHORT_MS = 300;
const RESOLVER_MS = 17_000;

const refused: ComplianceCase = {
  name: 'refused: connect_failed, the network to blame, safe to retry',
  async run(lab) {
    const error = await failure(lab.dial('refused'), 'connect_failed');
    expectHelpful(error, lab.world.hostname, lab.world.ports.refused, 'off');
    expect(error).toMatchObject({ blame: 'network', safeToRetry: true });
    expect(error.message).toMatch(/refused/);
  },
};

const refusedTls: ComplianceCase = {
  name: 'refused on TLS: connect_failed, not tls_failed',
  async run(lab) {
    const error = await failure(lab.dial('refused', { tls: 'implicit' }), 'connect_failed');
    expectHelpful(error, lab.world.hostname, lab.world.ports.refused, 'implicit');
  },
};

const unresolved: ComplianceCase = {
  name: 'a name that does not resolve: connect_failed, naming DNS as a cause',
  needs: ['dns'],
  async run(lab) {
    // A resolver that cannot reach its servers takes its time to say so.
    const attempt = lab.connector(
      { hostname: 'no-such-host.invalid', port: 7 },
      { connectTimeoutMs: RESOLVER_MS },
    );
    const error = await failure(attempt, 'connect_failed', RESOLVER_MS);
    expectHelpful(error, 'no-such-host.invalid', 7, 'off');
    expect(error.message).toMatch(/does not resolve/);
  },
};

const unanswered: ComplianceCase = {
  name: 'no answer (full backlog): connect_timeout at the time given',
  needs: ['unanswered'],
  async run(lab) {
    const startedAt = performance.now();
    const error = await failure(lab.dial('unanswered', { connectTimeoutMs: SHORT_MS }), 'connect_timeout');
    expect(performance.now() - startedAt).toBeLessThan(SHORT_MS + AT_ONCE_MS);
    expectHelpful(error, lab.world.hostname, lab.world.ports.unanswered, 'off');
    expect(error.safeToRetry).toBe(true);
  },
};

const wrongTimes: ComplianceCase = {
  name: 'a connectTimeoutMs that is no time is usage; one of 2^31 ms or none at all does not end the attempt',
  async run(lab) {
    for (const wrong of [0, -1, Number.NaN]) {
      const error = await failure(lab.dial('plain', { connectTimeoutMs: wrong }), 'usage');
      expect(error.safeToRetry).toBe(true);
    }
    for (const long of [2 ** 31, Number.POSITIVE_INFINITY]) {
      await lab.dial('plain', { connectTimeoutMs: long });
    }
  },
};

const abortedBefore: ComplianceCase = {
  name: 'aborted before: nothing is dialled, the reason is the cause',
  async run(lab) {
    const reason = new Error('changed my mind');
    const error = await failure(lab.dial('plain', { signal: AbortSignal.abort(reason) }), 'aborted');
    expect(error.cause).toBe(reason);
    expect(error.safeToRetry).toBe(true);
  },
};

const abortedConnecting: ComplianceCase = {
  name: 'abort while connecting: aborted at once',
  needs: ['unanswered'],
  async run(lab) {
    const controller = new AbortController();
    const attempt = lab.dial('unanswered', { signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 50);
    const error = await failure(attempt, 'aborted', AT_ONCE_MS);
    expect(error.cause).toBe(reason);
    expectHelpful(error, lab.world.hostname, lab.world.ports.unanswered, 'off');
  },
};

const silentHandshake: ComplianceCase = {
  name: 'a peer that says nothing to a ClientHello: connect_timeout',
  async run(lab) {
    const attempt = lab.dial('mute', { tls: 'implicit', connectTimeoutMs: SHORT_MS });
    const error = await failure(attempt, 'connect_timeout', SHORT_MS + AT_ONCE_MS);
    expectHelpful(error, lab.world.hostname, lab.world.ports.mute, 'implicit');
  },
};

const abortedHandshaking: ComplianceCase = {
  name: 'abort during an implicit handshake: aborted at once',
  async run(lab) {
    const controller = new AbortController();
    const attempt = lab.dial('mute', { tls: 'implicit', signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await failure(attempt, 'aborted', AT_ONCE_MS);
  },
};

const endAtOnce: ComplianceCase = {
  name: 'FIN before the first read: an end of the stream, and closed settles',
  async run(lab) {
    const transport = await lab.dial('endAtOnce');
    expect(await readText(transport)).toBeUndefined();
    expect(await readText(transport)).toBeUndefined();
    await inTime('closed', transport.closed);
  },
};

const resetAtOnce: ComplianceCase = {
  name: 'RST at once: connect_failed or connection_lost, never an end of the stream',
  needs: ['resets'],
  async run(lab) {
    const work = async (): Promise<unknown> => (await lab.dial('resetAtOnce')).read();
    const error = await rejection(work());
    expect(['connect_failed', 'connection_lost']).toContain((error as { code?: unknown }).code);
  },
};

const peerName: ComplianceCase = {
  name: 'the transport says who its peer is, and that TLS is off',
  async run(lab) {
    const transport = await lab.dial('plain');
    const { hostname, ports } = lab.world;
    expect(transport.peer).toEqual({ hostname, port: ports.plain, tls: false });
  },
};

/** Cases of connecting. */
export const CONNECTING: readonly ComplianceCase[] = [
  peerName,
  refused,
  refusedTls,
  unresolved,
  unanswered,
  wrongTimes,
  abortedBefore,
  abortedConnecting,
  silentHandshake,
  abortedHandshaking,
  endAtOnce,
  resetAtOnce,
];
