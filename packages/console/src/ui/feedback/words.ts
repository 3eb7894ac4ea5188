// What went wrong, in words with a way out.
import { FairleadProblem } from '@fairlead/sdk';

/** A failure as people read it. */
export interface Words {
  readonly title: string;
  readonly detail: string;
  /** What to do. */
  readonly wayOut: string;
  readonly requestId?: string;
  /** The gateway's code, which has a page of its own there. */
  readonly code?: string;
  /** The server's own words: `SQLSTATE 42P01`, a hint, ... */
  readonly server?: Readonly<Record<string, unknown>>;
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  network:
    'Look whether the gateway runs and the network is there, then try again. The call may have had an effect.',
  unauthorized: 'The gateway does not know this token. Sign in with another one.',
  forbidden: 'Ask whoever runs the gateway for a token with the scope that is named.',
  timeout: 'Try again with less to do, or ask for a higher time limit in FAIRLEAD_LIMITS.',
  overloaded: 'Try again in a moment.',
  connect_failed: 'Look whether the server runs and can be reached from the gateway.',
  connect_timeout: 'Look whether the server runs and no firewall is in between.',
  tls_failed: 'Look at the server’s certificate: the Network page shows TLS apart.',
  auth: 'The server refuses the gateway’s login: its user and password are in the connection’s settings.',
  connection_lost: 'Try again. Look first whether the call had an effect.',
  policy: 'The gateway’s FAIRLEAD_TARGETS says which addresses may be chosen.',
  limit: 'Ask for less at once, or for higher limits in FAIRLEAD_LIMITS.',
  unexpected: 'Look whether a proxy answers in the gateway’s place, then try again.',
  server: 'Change what was asked for, as the server’s words say.',
  usage: 'Change what was typed, and try again.',
  invalid: 'Change what was typed, and try again.',
  not_found: 'Look whether it is still there: load the list anew.',
  closed: 'Try again: the connection had ended.',
  aborted: 'Try again.',
  protocol: 'Look whether the connection’s address is that of such a server.',
  body_timeout: 'Try again: nothing was sent on.',
  rate_limited: 'Wait a moment: the token has sent as much as it may for now.',
  unavailable: 'Try again in a moment.',
  config: 'Whoever runs the gateway has to mend the setting: the Operations page checks them all.',
  internal: 'Tell whoever runs the gateway the request’s name: its log has the rest.',
};

/** What to do where nothing better is known. */
const ANY_WAY_OUT = 'Try again. If it stays so, reload the page: what was typed is kept.';
/** Codes that are the client's own have no page of the gateway. */
const WITHOUT_PAGE = new Set(['network', 'unexpected']);

/** Reads a failure, whatever was thrown. Never empty. */
export function wordsOf(error: unknown): Words {
  if (error instanceof FairleadProblem) {
    const { code, message, requestId, server, needs } = error;
    const way = ownOf(WAYS_OUT, code) ?? ANY_WAY_OUT;
    return {
      title: ownOf(TITLES, code) ?? 'The gateway refused',
      detail: message,
      wayOut: needs === undefined || message.includes(needs) ? way : `${way} It is ${needs}.`,
      ...(WITHOUT_PAGE.has(code) ? {} : { code }),
      ...(requestId === '' ? {} : { requestId }),
      ...(server === undefined ? {} : { server: { ...server } }),
    };
  }
  const title = 'This did not work';
  if (!(error instanceof Error)) return { title, detail: String(error), wayOut: ANY_WAY_OUT };
  // A page's own errors say in their words what to do; those of the browser do not.
  return { title, detail: error.message, wayOut: error.name === 'Error' ? '' : ANY_WAY_OUT };
}

/** What a code of the gateway means, in two or three words; the code itself where there are none. */
export function titleOf(code: string): string {
  return ownOf(TITLES, code) ?? code;
}

/** Codes are another's words: `constructor` is none that this page knows. */
function ownOf(words: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined;
}

const TITLES: Readonly<Record<string, string>> = {
  network: 'No answer',
  unauthorized: 'Unknown token',
  forbidden: 'Not allowed',
  server: 'The server refused',
  timeout: 'Not done in time',
  connect_failed: 'Cannot connect',
  connect_timeout: 'Cannot connect',
  tls_failed: 'No safe connection',
  auth: 'The server refuses the login',
  connection_lost: 'The connection was lost',
  overloaded: 'Too busy',
  limit: 'Too much at once',
  policy: 'Not allowed',
};
