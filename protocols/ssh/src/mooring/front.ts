// The caller's side of a mooring's protocol: the server's words come first, as one message; then everything goes to the server as it is.
import type { Front, FrontStep } from '@fairlead/mooring';
import type { ServerInfo } from '../types.ts';
import { frame } from './messages/frames.ts';

/** One client's front. */
export class SshFront implements Front {
  readonly speaksFirst = true;

  take(bytes: Uint8Array): readonly FrontStep[] {
    return [{ kind: 'forward', bytes: bytes.slice(), trace: 'clean', owed: 1 }];
  }

  greet(greeting: unknown): Uint8Array {
    return frame(new TextEncoder().encode(JSON.stringify(greeting)));
  }
}

/** What the server is, from the first message. */
export function readGreeting(message: Uint8Array): ServerInfo {
  return JSON.parse(new TextDecoder().decode(message));
}
