// `fairlead tunnel`: its words. What it does is loaded when it runs.
import type { Command } from '../command.ts';

/** Local ports whose connections go through a gateway. */
export const tunnel: Command = {
  name: 'tunnel',
  summary: 'Let local programs reach servers through a gateway: psql, mysql, redis-cli, ssh, ...',
  synopsis: ['tunnel URL --listen [ADDRESS:]PORT', 'tunnel --config FILE'],
  about: `
URL is that of the gateway with /tcp/tunnel/ and the name of a connection, or an address that the
gateway allows: wss://gateway.example.com/tcp/tunnel/main. Each local connection is one WebSocket.
While the gateway is away local connections fail; the next one is dialled anew. Bytes pass as they
are, TLS of the program included; with ?tls=1 in the URL the gateway makes TLS to the server. The
token needs the scope tcp:tunnel:<connection>, and stands in FAIRLEAD_TOKEN, or in a file that
FAIRLEAD_TOKEN_FILE names. Ctrl-C ends, with exit code 0.

FILE holds { "tunnels": [{ "url": "wss://...", "listen": 5432, "tokenFile"?: "..." }] }.`,
  flags: {
    listen: {
      value: '[ADDRESS:]PORT',
      short: 'l',
      help: 'the local port; 127.0.0.1 unless an address is named; 0 for any free port',
    },
    config: { value: 'FILE', short: 'c', help: 'several tunnels, as JSON' },
    insecure: { help: 'allow ws:// to another machine: the token travels unencrypted' },
    verbose: { short: 'v', help: 'tell of connections that ended well, too' },
  },
  examples: [
    'fairlead tunnel wss://gateway.example.com/tcp/tunnel/main --listen 5432',
    'psql "host=127.0.0.1 port=5432 user=app dbname=shop sslmode=disable"',
    'fairlead tunnel wss://gateway.example.com/tcp/tunnel/box.example.com:22 --listen 2222',
    'ssh -p 2222 127.0.0.1',
  ],
  run: async (...all) => (await import('./run.ts')).runTunnels(...all),
};
