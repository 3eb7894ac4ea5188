// Wishes of TLS on a mooring: the object's connector gets them, and pools of different certificates are different ones.
import { FairleadError } from '@fairlead/errors';
import { type MooringNamespace, type MooringObject, mooring } from '@fairlead/mooring';
import { memoryConnector } from '@fairlead/testkit';
import type { ConnectOptions } from '@fairlead/transport';
import { expect, it } from 'vitest';
import { connect, seat } from '../src/mooring/index.ts';

const WISHES = { ca: 'CA', cert: 'CERT', key: 'KEY' };

/** A mooring whose objects dial a Redis that knows no command, or fail. */
function world(failure?: FairleadError) {
  const seen: (ConnectOptions | undefined)[] = [];
  const memory = memoryConnector(async (line) => {
    for (let chunk = await line.read(); chunk !== undefined; chunk = await line.read()) {
      const commands = new TextDecoder().decode(chunk).match(/^\*/gm)?.length ?? 0;
      await line.write(new TextEncoder().encode('-ERR unknown command\r\n'.repeat(commands)));
    }
  });
  const Mooring = mooring([seat], {
    connector: async (address, options) => {
      seen.push(options);
      if (failure !== undefined) throw failure;
      return memory(address, options);
    },
  });
  const objects = new Map<string, MooringObject>();
  const get = (name: string): MooringObject => {
    const object = objects.get(name) ?? new Mooring({}, {});
    objects.set(name, object);
    return object;
  };
  const namespace: MooringNamespace = { idFromName: (name) => name, get };
  return { seen, objects, namespace };
}

it('are the object’s connector’s', async () => {
  const { seen, objects, namespace } = world();
  for (const tls of [WISHES, WISHES, { ...WISHES, cert: 'OTHER' }]) {
    await using redis = await connect(namespace, 'redis://cache.test', { tls });
    await expect(redis.get('k')).rejects.toMatchObject({ code: 'server' });
  }
  expect(seen.map((options) => [options?.tls, options?.tlsOptions?.cert])).toEqual([
    ['implicit', 'CERT'],
    ['implicit', 'OTHER'],
  ]);
  expect(seen[0]?.tlsOptions).toEqual(WISHES);
  expect(objects.size).toBe(2);
  expect([...objects.keys()].join()).not.toMatch(/KEY|CERT/);
});

it('fail with their reason and the certificate', async () => {
  const certificate = {
    subject: 'CN=other',
    issuer: 'CN=CA',
    names: ['DNS:other.test'],
    validFrom: '2026-01-01T00:00:00Z',
    validTo: '2027-01-01T00:00:00Z',
    fingerprint256: '00',
  };
  const details = { reason: 'name_mismatch', certificate } as const;
  const { namespace } = world(new FairleadError('tls_failed', 'wrong name', details));
  await using redis = await connect(namespace, 'rediss://cache.test', { tls: WISHES });
  await expect(redis.get('k')).rejects.toMatchObject({ code: 'tls_failed', ...details });
});
