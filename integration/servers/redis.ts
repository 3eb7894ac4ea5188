// The recipe for Redis 8: one server with one certificate. Its users are in images/redis.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

const PLAIN_PORT = 6379;
const TLS_PORT = 6380;

/** Where a Redis server listens. */
export interface RedisAddress {
  readonly plainPort: number;
  readonly tlsPort: number;
}

/**
 * Starts a server and waits until it answers PING over TLS.
 * @param settings Further arguments of `redis-server`, such as `['--rename-command', 'HELLO', '']`.
 */
export async function startRedis(
  certificate: KeyAndCertificate,
  settings: readonly string[] = [],
): Promise<Running<RedisAddress>> {
  const probe = `redis-cli --tls --insecure -p ${TLS_PORT} --no-auth-warning -a default-password ping | grep PONG`;
  const container = (await serverContainer('redis', certificate))
    .withCommand(['sh', '/opt/fairlead/start.sh', ...settings])
    .withExposedPorts(PLAIN_PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(probe));
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(PLAIN_PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
  });
}
