// The recipe for Redis 8: one server with one certificate. Its users are in images/redis.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

/** Where it listens inside its container. */
export const REDIS_PORTS = { plain: 6379, tls: 6380 } as const;

/** Where a Redis server listens. */
export interface RedisAddress {
  readonly plainPort: number;
  readonly tlsPort: number;
  /** Where other containers find the plain port. */
  readonly internal: { readonly host: string; readonly port: number };
}

/** Waits for the answer to PING over TLS. */
export function untilRedisAnswers() {
  const tls = `--tls --insecure -p ${REDIS_PORTS.tls}`;
  return Wait.forSuccessfulCommand(`redis-cli ${tls} --no-auth-warning -a default-password ping | grep PONG`);
}

/**
 * Starts a server and waits until it answers PING over TLS.
 * @param settings Further arguments of `redis-server`, such as `['--rename-command', 'HELLO', '']`.
 */
export async function startRedis(
  certificate: KeyAndCertificate,
  settings: readonly string[] = [],
): Promise<Running<RedisAddress>> {
  const container = (await serverContainer('redis', certificate))
    .withCommand(['sh', '/opt/fairlead/start.sh', ...settings])
    .withExposedPorts(REDIS_PORTS.plain, REDIS_PORTS.tls)
    .withWaitStrategy(untilRedisAnswers());
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(REDIS_PORTS.plain),
    tlsPort: started.getMappedPort(REDIS_PORTS.tls),
    internal: { host: started.getIpAddress('bridge'), port: REDIS_PORTS.plain },
  });
}
