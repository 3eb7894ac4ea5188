// `npm run soak -- mooring`: pools under mixed load with faults, for as long as it is told. Memory must stay flat, connections must
// go back to rest and then away, and no socket may be left. It ends with status 1 where that does not hold.
import { parseArgs } from 'node:util';
import { serverImage } from './servers/image.ts';
import { postgresBuildArgs } from './servers/postgres.ts';
import { startRestartablePostgres, startRestartableRedis } from './servers/restartable.ts';
import { ensureBaseImage } from './setup/base-image.ts';
import { makeCertificates } from './setup/certificates.ts';
import { SetupError } from './setup/command.ts';
import { ensureEngine } from './setup/engine.ts';
import { withLock } from './setup/lock.ts';

/** Every container is removed by this process, and ends by itself in time. */
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

const USAGE = 'npm run soak -- mooring [--minutes 20] [--concurrent 40]';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '20' },
      concurrent: { type: 'string', default: '40' },
    },
  });
  const [minutes, concurrent] = [Number(values.minutes), Number(values.concurrent)];
  if (positionals.join() !== 'mooring' || !(minutes > 0) || !(concurrent > 0)) {
    console.error(USAGE);
    return 2;
  }
  const { good } = makeCertificates().certificates;
  const [postgres, redis] = await withLock('integration', async () => {
    await ensureEngine();
    await ensureBaseImage('trixie');
    await serverImage('postgres', postgresBuildArgs(17));
    return Promise.all([startRestartablePostgres(good), startRestartableRedis(good)]);
  });
  try {
    // Miniflare reads whom to trust while it is imported.
    const { soakMooring } = await import('./pools/soak.ts');
    return (await soakMooring({ postgres: postgres.at, redis: redis.at }, { minutes, concurrent })) ? 0 : 1;
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof SetupError ? `[soak] ${error.message}` : error);
    process.exitCode = 1;
  },
);
