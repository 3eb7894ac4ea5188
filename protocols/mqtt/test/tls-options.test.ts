// What a caller wishes of TLS reaches the connector on each connection.
import type { ConnectOptions as DialOptions } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { Broker, closeBoth, outcome } from './broker.ts';

const AWS = { cert: 'CERT', key: 'KEY', alpn: ['x-amzn-mqtt-ca'] };

/** A broker that notes how it is dialled. */
function noted() {
  const broker = new Broker();
  const seen: unknown[] = [];
  const connector: typeof broker.connector = (address, options?: DialOptions) => {
    seen.push([address.port, options?.tls, options?.tlsOptions]);
    return broker.connector(address, options);
  };
  return { broker, seen, connector };
}

describe('tls as an object', () => {
  it('turns TLS on, and goes along when the client connects again', async () => {
    const { broker, seen, connector } = noted();
    const connecting = connect({
      hostname: 'iot.test',
      port: 443,
      tls: AWS,
      connector,
      reconnect: { initialDelayMs: 1, maxDelayMs: 1 },
    });
    const first = await broker.line();
    await first.accept();
    const client = await connecting;
    first.server.reset();
    const second = await broker.line();
    await second.accept();
    expect(seen).toEqual([
      [443, 'implicit', AWS],
      [443, 'implicit', AWS],
    ]);
    await closeBoth(client, second);
  });

  it('has the port of MQTT over TLS', async () => {
    const { broker, seen, connector } = noted();
    const connecting = connect({ hostname: 'iot.test', tls: { ca: 'CA', mode: 'implicit' }, connector });
    const line = await broker.line();
    await line.accept();
    await closeBoth(await connecting, line);
    expect(seen).toEqual([[8883, 'implicit', { ca: 'CA' }]]);
  });

  it.each([{ mode: 'starttls' }, { cert: 'CERT' }, { caFile: 'x' }])('refuses %j', async (tls) => {
    const { seen, connector } = noted();
    const failure = await outcome(connect({ hostname: 'iot.test', tls: tls as never, connector }));
    expect(failure).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(seen).toEqual([]);
  });

  it('is refused by a WebSocket, whose TLS is the platform’s', async () => {
    const failure = await outcome(connect('wss://iot.test/mqtt', { tls: { ca: 'CA' } }));
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringMatching(/tls\.ca cannot/) });
  });
});
