// TLS over a forward: its connector refuses by itself, and says which one does not.
import { describe, expect, it } from 'vitest';
import type { ConnectionLayer } from '../src/channels/connection-layer.ts';
import { connectThrough } from '../src/forward/connector.ts';

describe('a forward with TLS', () => {
  it.each(['implicit', 'starttls'] as const)('is refused with the way out: %s', async (tls) => {
    // Nothing of the layer is used.
    const layer = {} as ConnectionLayer;
    const failure = connectThrough(
      layer,
      { hostname: 'db.internal', port: 5432 },
      { tls, tlsOptions: { ca: 'CA' } },
    );
    await expect(failure).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
      message: expect.stringContaining('overTls(options, ssh.connector)'),
    });
  });
});
