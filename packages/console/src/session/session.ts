// Who is signed in: the token, in memory, and what it may do. The token leaves the page in the header `Authorization` and in the
// subprotocols of WebSockets only.
import { type ReadonlySignal, signal } from '@preact/signals';
import { keep, readKept } from '../browser/storage.ts';
import type { Access } from './access.ts';
import { readAccess } from './read-access.ts';

/** `checking` while the gateway is asked. */
export type SessionState = 'out' | 'checking' | 'in';

const KEPT = 'token';

const state = signal<SessionState>('out');
const access = signal<Access | undefined>(undefined);
const failure = signal<unknown>(undefined);
let token = '';
/** Counts who comes and goes: an answer of before is nobody's. */
let turn = 0;

/** The session as it stands. */
export const session: {
  readonly state: ReadonlySignal<SessionState>;
  /** Undefined where nobody is signed in. */
  readonly access: ReadonlySignal<Access | undefined>;
  /** Why the last attempt to sign in failed. */
  readonly failure: ReadonlySignal<unknown>;
} = { state, access, failure };

/** The token, for those who make requests. Never to be shown. */
export function currentToken(): string {
  return token;
}

/**
 * Asks the gateway what a token may do, and takes it on. A failure stands in `session.failure`.
 * @param isKept Whether it survives a reload: in the session storage, which ends with the browser's tab.
 */
export async function signIn(candidate: string, isKept: boolean): Promise<void> {
  turn += 1;
  const own = turn;
  state.value = 'checking';
  failure.value = undefined;
  try {
    const may = await readAccess(candidate);
    if (own !== turn) return;
    access.value = may;
    token = candidate;
    // An older one goes in any case: a storage that is full takes no new one.
    keep(KEPT, undefined, 'tab');
    if (isKept) keep(KEPT, candidate, 'tab');
    state.value = 'in';
  } catch (error) {
    if (own !== turn) return;
    failure.value = error;
    state.value = 'out';
  }
}

/** Forgets the token. What was typed stays. */
export function signOut(): void {
  turn += 1;
  token = '';
  keep(KEPT, undefined, 'tab');
  access.value = undefined;
  state.value = 'out';
}

/** Asks anew what the token may do: connections come and go. @throws FairleadProblem; then nothing has changed. */
export async function refreshAccess(): Promise<void> {
  const own = turn;
  const may = await readAccess(token);
  if (own === turn) access.value = may;
}

/** Takes on the token of before a reload, where the person wanted that. */
export async function restoreSession(): Promise<void> {
  const kept = readKept(KEPT, 'tab');
  if (typeof kept === 'string') await signIn(kept, true);
}
