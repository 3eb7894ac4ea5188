// `fairlead token new`: its words.
import type { Command } from '../command.ts';

/** Makes tokens. */
export const tokenNew: Command = {
  name: 'token new',
  summary: 'Make a token for a gateway, and the entry for its settings',
  synopsis: ['token new --scope SCOPE ... [--name NAME] [--expires WHEN]'],
  about: `
Prints a random token of 256 bits once, and the entry for FAIRLEAD_TOKENS, which holds its SHA-256
alone. Nothing is kept or sent. A scope is protocol:action:connection; * matches everything, parts
left out at the end mean *, and @ in place of a connection means addresses that the gateway allows.`,
  flags: {
    scope: {
      value: 'SCOPE',
      short: 's',
      repeatable: true,
      help: 'what it may do; several times, or with commas',
    },
    name: { value: 'NAME', short: 'n', help: 'what logs call it; default: the present time' },
    expires: { value: 'WHEN', short: 'e', help: 'when it ends: 12h, 90d, 2w, 2027-01-31; default: never' },
  },
  examples: [
    'fairlead token new --name ci --scope pg:read:main --scope tcp:ping --expires 90d',
    "fairlead token new --scope '*' --json | jq -r .token > token.txt",
  ],
  run: async (given, output) => (await import('./new.ts')).newToken(given, output),
};
