// How shells and commands end, in words.
import { FairleadProblem } from '@fairlead/sdk';

/** How a program ended, as the gateway tells it. */
export interface Exit {
  readonly code?: number | undefined;
  /** Without `SIG`. */
  readonly signal?: string | undefined;
  readonly message?: string | undefined;
}

/** How a shell's WebSocket ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly exit: Exit }
  | { readonly kind: 'problem'; readonly problem: FairleadProblem }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'left' };

/** An ending as people read it. */
export interface EndingWords {
  readonly text: string;
  readonly isGood: boolean;
}

const STATUSES: Readonly<Record<number, string>> = {
  0: 'success',
  126: 'it cannot be executed',
  127: 'there is no such command',
};

const SIGNALS: Readonly<Record<string, string>> = {
  INT: 'interrupted',
  TERM: 'asked to end',
  KILL: 'killed',
  HUP: 'the connection was hung up',
  PIPE: 'nobody read its output',
  SEGV: 'it crashed',
  ABRT: 'it gave up',
};

/** `Exit status 127: there is no such command`. */
export function exitWords({ code, signal, message }: Exit): EndingWords {
  if (signal !== undefined) {
    const meaning = (Object.hasOwn(SIGNALS, signal) ? SIGNALS[signal] : undefined) ?? message;
    return {
      text: `Ended by the signal ${signal}${meaning === undefined ? '' : `: ${meaning}`}`,
      isGood: false,
    };
  }
  if (code === undefined) return { text: 'Ended; the server does not say how', isGood: false };
  const meaning = STATUSES[code];
  return { text: `Exit status ${code}${meaning === undefined ? '' : `: ${meaning}`}`, isGood: code === 0 };
}

const CLOSINGS: Readonly<Record<number, string>> = {
  1006: 'The connection to the gateway broke. Look whether the gateway runs and the network is there.',
  1009: 'Too much was sent at once.',
  4413: 'More was on the way than the gateway keeps. Open the shell again.',
  4502: 'The connection between gateway and server broke.',
};

/** What ended a shell. */
export function endingWords(ending: Ending): EndingWords {
  if (ending.kind === 'exit') return exitWords(ending.exit);
  if (ending.kind === 'left') return { text: 'You closed the connection', isGood: true };
  if (ending.kind === 'problem') return { text: ending.problem.message, isGood: false };
  const { code, reason } = ending;
  if (code === 4504)
    return {
      text: reason.startsWith('idle')
        ? 'Nothing happened for so long that the gateway closed the shell.'
        : 'The longest time for a shell is over.',
      isGood: false,
    };
  return { text: CLOSINGS[code] ?? `The gateway closed the shell (${code}).`, isGood: code === 1000 };
}

/** Reads a text message of the gateway; undefined where it is of no known kind. */
export function readMessage(text: string): Ending | undefined {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('exit' in value && typeof value.exit === 'object' && value.exit !== null)
    return { kind: 'exit', exit: readExit(value.exit) };
  if (!('problem' in value) || typeof value.problem !== 'object' || value.problem === null) return undefined;
  const { code, detail } = value.problem as { code?: unknown; detail?: unknown };
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined;
  const members = value.problem as ConstructorParameters<typeof FairleadProblem>[0];
  return { kind: 'problem', problem: new FairleadProblem(members) };
}

function readExit(exit: object): Exit {
  const { code, signal, message } = exit as Readonly<Record<string, unknown>>;
  return {
    code: typeof code === 'number' ? code : undefined,
    signal: typeof signal === 'string' ? signal : undefined,
    message: typeof message === 'string' && message !== '' ? message : undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
