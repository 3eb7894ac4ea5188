// Starts every server of a run, each kind once per certificate, all at once; stops what it started if one fails.
import type { CertificateKind, RunCertificates } from '../setup/certificates.ts';
import type { Running } from './container.ts';
import { serverImage } from './image.ts';
import { type PostgresAddress, startPostgres } from './postgres.ts';
import { type ProxyAddress, startProxy } from './proxy.ts';
import { type RedisAddress, startRedis } from './redis.ts';

/** Where the servers of a run listen, all on localhost. */
export interface Servers {
  readonly postgres: Readonly<Record<CertificateKind, PostgresAddress>>;
  readonly redis: Readonly<Record<CertificateKind, RedisAddress>>;
  /** One that knows RESP2 alone, as before Redis 6. */
  readonly redisWithoutHello: RedisAddress;
  /** In front of the plain ports of the servers with the good certificate. */
  readonly proxies: { readonly postgres: ProxyAddress; readonly redis: ProxyAddress };
}

/** The servers of a run, and the way to end them. */
export interface RunningServers {
  readonly servers: Servers;
  stop(): Promise<void>;
}

/** One server for each certificate, all started at once. */
async function forEachCertificate<T>(
  certificates: RunCertificates,
  start: (certificate: RunCertificates[CertificateKind]) => Promise<T>,
): Promise<Record<CertificateKind, T>> {
  const [good, otherName, expired, untrusted] = await Promise.all([
    start(certificates.good),
    start(certificates.otherName),
    start(certificates.expired),
    start(certificates.untrusted),
  ]);
  return { good, otherName, expired, untrusted };
}

/**
 * Starts all servers.
 * @throws The first failure, once those that did start are stopped again.
 */
export async function startServers(certificates: RunCertificates): Promise<RunningServers> {
  // Before the first start: four builds of one image at once would only compete.
  await serverImage('postgres');
  await serverImage('redis');

  const starts: Promise<Running<unknown>>[] = [];
  const stop = async () => {
    const settled = await Promise.allSettled(starts);
    await Promise.all(
      settled.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)),
    );
  };
  const track = async <T>(start: Promise<Running<T>>): Promise<T> => {
    starts.push(start);
    return (await start).at;
  };
  try {
    const [postgres, redis, redisWithoutHello] = await Promise.all([
      forEachCertificate(certificates, (certificate) => track(startPostgres(certificate))),
      forEachCertificate(certificates, (certificate) => track(startRedis(certificate))),
      track(startRedis(certificates.good, ['--rename-command', 'HELLO', ''])),
    ]);
    const proxies = {
      postgres: await track(startProxy(postgres.good.port)),
      redis: await track(startProxy(redis.good.plainPort)),
    };
    return { servers: { postgres, redis, redisWithoutHello, proxies }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
