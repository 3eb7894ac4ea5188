// `fairlead check`: its words. What it does is loaded when it runs.
import type { Command } from '../command.ts';

/** Looks at a gateway's settings. */
export const check: Command = {
  name: 'check',
  summary: "Read a gateway's settings, say what is wrong with them, and try each connection",
  synopsis: ['check [FILE] [--offline]'],
  about: `
FILE has the gateway's variables, FAIRLEAD_TOKENS and the others: a .dev.vars of wrangler
(NAME=VALUE in each line), or one JSON object. Without FILE it is .dev.vars in the current folder,
else the environment. Each finding names the key, what is wrong, and the way to mend it; no secret
is printed. Connections are dialled from this machine, logged in, and closed again.`,
  flags: {
    offline: { help: 'dial nothing' },
    timeout: { value: 'SECONDS', help: 'for each connection' },
  },
  examples: [
    'fairlead check',
    'fairlead check production.vars --offline',
    'fairlead check settings.json --json',
  ],
  run: async (...all) => (await import('./run.ts')).runCheck(...all),
};
