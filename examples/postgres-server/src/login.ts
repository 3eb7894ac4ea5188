// From the first packet to a client that may ask: who it is by SCRAM-SHA-256, and which database it means.
import {
  decodeFirstPacket,
  decodeFrontend,
  type FirstPacket,
  type PasswordKind,
} from '@fairlead/postgres/wire';
import type { ClientConnection } from './client-connection.ts';
import { Refusal } from './errors.ts';
import { dummyVerifier, MECHANISM, parseVerifier, ScramServer } from './scram.ts';

/** What the secrets say. */
export interface Settings {
  readonly databases: Readonly<Record<string, string>>;
  readonly readers: Readonly<Record<string, string>>;
}

/** Who has logged in, and where it wants to read. */
export interface Login {
  readonly user: string;
  readonly database: string;
  /** With its credentials. */
  readonly url: string;
}

/** A client asks for encryption in up to two ways before it begins in clear. */
const MAX_FIRST_PACKETS = 3;

/**
 * @returns `undefined` where the client has left, or wants to cancel. A cancellation comes on a connection of its own, and a Worker
 *   cannot reach from one into another: statements end by their time limit.
 * @throws Refusal
 */
export async function logIn(client: ClientConnection, settings: Settings): Promise<Login | undefined> {
  const startup = await readStartup(client);
  if (startup === undefined) return undefined;
  const { minor, parameters } = startup;
  const options = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
  if (minor > 0 || options.length > 0)
    client.write({ kind: 'negotiate-protocol-version', negotiation: { minor: 0, options } });
  const user = parameters.get('user') ?? '';
  const database = parameters.get('database') ?? user;
  await authenticate(client, user, settings);
  const url = own(settings.databases, database);
  if (url === undefined) throw new Refusal('3D000', `database "${database.slice(0, 64)}" does not exist`);
  return { user, database, url };
}

async function readStartup(
  client: ClientConnection,
): Promise<Extract<FirstPacket, { kind: 'startup' }> | undefined> {
  for (let left = MAX_FIRST_PACKETS; left > 0; left -= 1) {
    const frame = await client.next();
    if (frame === undefined) return undefined;
    const packet = decodeFirstPacket(frame.bytes, frame.start, frame.end);
    if (packet.kind === 'startup') return packet;
    if (packet.kind === 'cancel-request') return undefined;
    await client.refuseEncryption();
  }
  throw new Refusal('08P01', 'a start-up message was expected');
}

/** @throws Refusal 28P01, the same for a wrong password and an unknown name. */
async function authenticate(client: ClientConnection, user: string, { readers }: Settings): Promise<void> {
  const failed = new Refusal('28P01', `password authentication failed for user "${user.slice(0, 64)}"`);
  const verifier = parseVerifier(own(readers, user) ?? '');
  const scram = new ScramServer(verifier ?? (await dummyVerifier(user, JSON.stringify(readers))));
  client.write({ kind: 'authentication', request: { method: 'sasl', mechanisms: [MECHANISM] } });
  const initial = await answerOf(client, 'sasl-initial-response');
  const challenge = initial.mechanism === MECHANISM ? scram.first(initial.data) : undefined;
  if (challenge === undefined) throw failed;
  client.write({ kind: 'authentication', request: { method: 'sasl-continue', data: challenge } });
  const proof = await scram.final((await answerOf(client, 'sasl-response')).data);
  if (proof === undefined || verifier === undefined) throw failed;
  client.write(
    { kind: 'authentication', request: { method: 'sasl-final', data: proof } },
    { kind: 'authentication', request: { method: 'ok' } },
  );
}

async function answerOf(
  client: ClientConnection,
  expected: PasswordKind,
): Promise<{ data: Uint8Array; mechanism?: string }> {
  await client.flush();
  const frame = await client.next();
  if (frame === undefined) throw new Refusal('08006', 'the client has left');
  const message = decodeFrontend(frame.type, frame.bytes, frame.start, frame.end, expected);
  if (message.kind === 'sasl-initial-response')
    return { mechanism: message.mechanism, data: message.data ?? new Uint8Array() };
  if (message.kind === 'sasl-response') return { data: message.data };
  throw new Refusal('08P01', 'an answer to the login was expected');
}

/** A member of the secret itself, whatever a client calls itself: `constructor` is none. */
function own(map: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
