// Asks the gateway what a token may do.
import { adminAccess, createClient } from '@fairlead/sdk';
import type { Access } from './access.ts';
import { gatewayUrl } from './gateway-url.ts';

const TIMEOUT_MS = 15_000;

/** @throws FairleadProblem, as for a token that the gateway does not know; TypeError for a text that can be no token. */
export function readAccess(token: string): Promise<Access> {
  return adminAccess(createClient({ url: gatewayUrl(), token, timeoutMs: TIMEOUT_MS }));
}
