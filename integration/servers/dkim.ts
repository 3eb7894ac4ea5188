// The recipe for a verifier of DKIM signatures, mailauth behind HTTP: it runs in the run's own process, in Node, since
// workerd's node:crypto does not know the digest's name that mailauth uses for RSA. It asks no DNS.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Running } from './container.ts';

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
export interface DkimVerifierAddress {
  readonly url: string;
}

/** Starts the verifier. */
export async function startDkimVerifier(): Promise<Running<DkimVerifierAddress>> {
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await verify(request)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function verify(request: IncomingMessage): Promise<DkimVerdict[]> {
  const { message, records } = (await json(request)) as DkimQuestion;
  const resolver = async (name: string) => [[records[name] ?? '']];
  const { results } = await dkimVerify(Buffer.from(message), { resolver });
  return results.map(({ algo, status }) => ({ algorithm: algo ?? '', result: status.result }));
}
