// `fairlead ping`: its words. What it does is loaded when it runs.
import type { Command } from '../command.ts';

/** Measures handshakes. */
export const ping: Command = {
  name: 'ping',
  summary: 'Measure TCP and TLS handshakes, from a gateway or from this machine',
  synopsis: ['ping URL CONNECTION|HOST:PORT ...', 'ping HOST:PORT ...'],
  about: `
With the URL of a gateway it measures from there, to the servers of its connections or to addresses
that it allows: how far the Worker is from its servers. The token stands in FAIRLEAD_TOKEN, or in a
file that FAIRLEAD_TOKEN_FILE names, and needs the scope tcp:ping:<connection> or tcp:ping:@.
Without one it measures from this machine. Nothing is sent but handshakes. Jitter is the mean
difference of successive times. The exit code is 1 where a target was not reached once.`,
  flags: {
    count: { value: 'N', short: 'n', help: 'samples of each target, 1 to 100; default 5' },
    interval: { value: 'SECONDS', short: 'i', help: 'from one sample to the next; default 0.2' },
    tls: { help: 'a TLS handshake behind, with a verified certificate' },
    timeout: { value: 'SECONDS', short: 't', help: 'for all samples together; default 60' },
    insecure: { help: 'allow http:// to another machine: the token travels unencrypted' },
  },
  examples: [
    'fairlead ping https://gateway.example.com main cache db.example.com:5432',
    'fairlead ping db.example.com:5432 --tls --count 20',
    'fairlead ping https://gateway.example.com main --json | jq .',
  ],
  run: async (...all) => (await import('./run.ts')).runPing(...all),
};
