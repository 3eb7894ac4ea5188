// The recipe for a verifier of DKIM signatures, mailauth behind HTTP: it runs in the run's own process, in Node, since
// workerd's node:crypto does not know the digest's name that mailauth uses for RSA. It asks no DNS.
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Running } from './container.ts';
import { type JsonServerAddress, startJsonServer } from './json-server.ts';

/** What is asked: the message as it arrived, and the records that a DNS would have, by name. */
export interface DkimQuestion {
  readonly message: string;
  readonly records: Readonly<Record<string, string>>;
}

/** What mailauth says of one signature. */
export interface DkimVerdict {
  readonly algorithm: string;
  /** `pass`, or why not: `neutral` where the message was changed. */
  readonly result: string;
}

/** Where the verifier listens: `POST /` with a `DkimQuestion`, answered by `DkimVerdict[]`. */
export type DkimVerifierAddress = JsonServerAddress;

/** Starts the verifier. */
export function startDkimVerifier(): Promise<Running<DkimVerifierAddress>> {
  return startJsonServer(verify);
}

async function verify({ message, records }: DkimQuestion): Promise<DkimVerdict[]> {
  const resolver = async (name: string) => [[records[name] ?? '']];
  const { results } = await dkimVerify(Buffer.from(message), { resolver });
  return results.map(({ algo, status }) => ({ algorithm: algo ?? '', result: status.result }));
}
