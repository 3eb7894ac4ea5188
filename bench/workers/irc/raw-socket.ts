// A bare socket that registers with ready-made bytes: what no client can beat. It understands nothing but the greeting's end.
import { type RawSocket, rawSocket, resting, within } from '../raw.ts';
import { rounds, type Subject } from '../round.ts';
import { dial } from './dial.ts';

const encoder = new TextEncoder();
const USER = encoder.encode('NICK bench\r\nUSER bench 0 * bench\r\n');
const LIST = encoder.encode('CAP LS 302\r\nNICK bench\r\nUSER bench 0 * bench\r\n');
/** In one flight, as servers answer in order. */
const REQUEST = encoder.encode(
  'CAP REQ :account-notify account-tag away-notify batch chghost draft/chathistory echo-message extended-join ' +
    'invite-notify labeled-response message-tags multi-prefix server-time setname standard-replies userhost-in-names\r\nCAP END\r\n',
);
const END_OF_GREETING = ' 422 ';

/** Reads up to the chunk that has `mark`: the server's answers come in one. */
function until(socket: RawSocket, mark: string): Promise<void> {
  const decoder = new TextDecoder();
  return socket.until((chunk) => decoder.decode(chunk).includes(mark));
}

async function openBare(port: number): Promise<() => Promise<void>> {
  const socket = await rawSocket(port);
  void socket.write(USER);
  await until(socket, END_OF_GREETING);
  return () => socket.close();
}

async function registered(port: number): Promise<RawSocket> {
  const socket = await rawSocket(port);
  void socket.write(LIST);
  await until(socket, ' LS ');
  void socket.write(REQUEST);
  await until(socket, END_OF_GREETING);
  return socket;
}

async function openWithCapabilities(port: number): Promise<() => Promise<void>> {
  const socket = await registered(port);
  return () => socket.close();
}

/** The same in a limited time, with a timer of the next PING, and a read that waits: what a client must have that stays. */
async function openBounded(port: number): Promise<() => Promise<void>> {
  const socket = await within(registered(port));
  void socket.readOnce(() => {}).catch(() => {});
  return resting(socket, [60_000]);
}

const subjects: Record<string, Subject> = {
  'raw socket, none': { dial: dial(openBare) },
  'raw socket, the same capabilities': { dial: dial(openWithCapabilities) },
  'raw socket, the same, time limits, listening': { dial: dial(openBounded) },
};

export default rounds(subjects);
