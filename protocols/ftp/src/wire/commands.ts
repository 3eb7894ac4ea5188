// Checks commands of a caller's own: those that the client sends itself, or that cannot work here, are refused by name.
import { usage } from '@fairlead/errors';

/** Why a command is not sent. */
const REFUSED: readonly (readonly [commands: string, why: string])[] = [
  ['PORT EPRT LPRT', 'active mode is impossible, since no server can dial a Worker'],
  [
    'PASV EPSV LPSV SPSV CPSV SSCN',
    'get, put and list open data connections; transfers between two servers (FXP) are impossible',
  ],
  ['RETR STOR STOU APPE LIST NLST MLSD REST ABOR ALLO', 'transfers are made by get, put, append and list'],
  ['TYPE MODE STRU', 'transfers are binary, in stream mode'],
  [
    'USER PASS ACCT REIN QUIT AUTH ADAT PBSZ PROT MIC CONF ENC',
    'the login and its protection are made by connect',
  ],
  ['CCC', 'the platform cannot turn TLS off again'],
  ['CWD CDUP XCWD XCUP SMNT', 'relative paths count from the login directory, whatever else was called'],
  ['RNFR RNTO', 'use rename'],
];

/**
 * A command line of a caller's own. CR, LF and NUL are refused where it is encoded.
 * @throws FairleadError `usage`.
 */
export function ownCommand(line: unknown): string {
  const [word] = typeof line === 'string' ? (/^[A-Za-z][A-Za-z0-9]{2,7}(?= |$)/.exec(line) ?? []) : [];
  if (typeof line !== 'string' || word === undefined)
    throw usage('A command is text that begins with its name, as SITE');
  const name = word.toUpperCase();
  for (const [commands, why] of REFUSED) {
    if (commands.split(' ').includes(name)) throw usage(`The command ${name} is not sent: ${why}`);
  }
  return line;
}
