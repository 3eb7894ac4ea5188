// Mosquitto to measure against, open to all: this machine's own if it has one, else the integration image.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inDocker, type RunningServer, tryPort } from './server.ts';
import { freePort, waitFor } from './wait.ts';

/** Mosquitto without persistence, and without limits of its own on what is in flight. */
export async function startMosquitto(): Promise<RunningServer> {
  const port = await freePort();
  const settings = `listener ${port} 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 0
max_queued_messages 0
set_tcp_nodelay true
`;
  const version = /version (\S+)/.exec(
    spawnSync('mosquitto', ['-h'], { encoding: 'utf8' }).stdout ?? '',
  )?.[1];
  if (version === undefined) {
    const run = `printf '%s' '${settings}' > /tmp/bench.conf; exec mosquitto -c /tmp/bench.conf`;
    return inDocker('mosquitto', port, ['sh', '-c', run]);
  }
  const dir = mkdtempSync(join(tmpdir(), 'fairlead-bench-mosquitto-'));
  const file = join(dir, 'bench.conf');
  writeFileSync(file, settings);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  await waitFor('mosquitto', () => tryPort(port), child);
  return {
    port,
    what: `mosquitto ${version} of this machine`,
    stop() {
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
