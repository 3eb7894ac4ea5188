// The problem document that a WebSocket of the gateway sends, as the error that pages show.
import { FairleadProblem, type FairleadProblemMembers } from '@fairlead/sdk';

/** The problem of an event `{ "event": "error", "problem": ... }`; undefined where there is none of that shape. */
export function problemOf(value: unknown): FairleadProblem | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('detail' in value))
    return undefined;
  if (typeof value.code !== 'string' || typeof value.detail !== 'string') return undefined;
  return new FairleadProblem(value as FairleadProblemMembers);
}
