// `fairlead start`: its words. What it does is loaded when it runs.
import type { Command } from '../command.ts';

/** A gateway on this machine. */
export const start: Command = {
  name: 'start',
  summary: 'Run a gateway on this machine, with connections of your own',
  synopsis: [
    'start [--connection NAME=URL ...] [--target HOST:PORTS ...] [--port PORT]',
    'start --settings FILE',
  ],
  about: `
The gateway that is deployed to Cloudflare, in workerd, on 127.0.0.1 alone. It needs wrangler in
the current folder. URLs hold no password: that of the connection "main" stands in the variable
FAIRLEAD_PASSWORD_MAIN. The token is that of FAIRLEAD_TOKEN or FAIRLEAD_TOKEN_FILE, or one made
for this run and printed; it may do everything. Ctrl-C ends, with exit code 0.`,
  flags: {
    connection: { value: 'NAME=URL', repeatable: true, help: 'a server that callers name' },
    target: {
      value: 'HOST:PORTS',
      repeatable: true,
      help: 'addresses that callers choose themselves, as in FAIRLEAD_TARGETS',
    },
    port: { value: 'PORT', short: 'p', help: 'where it listens; default 8787; 0 for any free port' },
    settings: { value: 'FILE', help: 'everything from a file: a .dev.vars, or a JSON object' },
  },
  examples: [
    'FAIRLEAD_PASSWORD_MAIN=secret fairlead start --connection main=postgres://app@localhost/shop',
    "fairlead start --target '127.0.0.1:6379' --port 8800",
  ],
  run: async (...all) => (await import('./run.ts')).runGateway(...all),
};
