#!/usr/bin/env node
// The program `fairlead`: it joins `main` with the process, and ends the process with its exit code.
import { main } from './main.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C ends at once.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}
// The reader of what was printed has gone (`| head`).
process.stdout.on('error', () => process.exit(0));

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
});
