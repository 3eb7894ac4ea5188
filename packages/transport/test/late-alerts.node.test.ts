// What an alert about the client's certificate says of what was sent before it, in Node.
import { expect, it } from 'vitest';
import { explainTls } from '../src/sockets/node-tls/explain.ts';

const attempt = { address: { hostname: 'db.test', port: 1 }, tls: 'implicit', startedAt: 0 } as const;
const alert = Object.assign(new Error('alert'), { code: 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED' });

it('a server of TLS 1.3 may still be at its handshake, so that nothing had an effect', () => {
  const error = explainTls(attempt, alert, 'TLSv1.3');
  expect(error).toMatchObject({ alert: 'certificate_expired', safeToRetry: true });
});

it('a server of TLS 1.2 has finished before the client, and may have acted', () => {
  expect(explainTls(attempt, alert, 'TLSv1.2')).toMatchObject({
    alert: 'certificate_expired',
    safeToRetry: false,
  });
  expect(explainTls(attempt, alert).safeToRetry).toBe(true);
});
