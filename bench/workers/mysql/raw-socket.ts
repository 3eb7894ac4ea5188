// A bare socket that sends the bytes of a prepared statement, and reads what comes up to the answer's end. It parses nothing: it
// is the least that any client can cost. As ours, it has MariaDB leave out definitions of columns that it has sent before.
import { type RawSocket, rawCalls, rawSocket } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';

const SEQUENTIAL = 2000;
const BATCHES = 60;
const IN_FLIGHT = 100;
const TEXT = 'select name, price from items where id = ?';
/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_WITH_DB. */
const CAPABILITIES = 0x0008_8208;
/** MARIADB_CLIENT_CACHE_METADATA. */
const CACHE_METADATA = 0x10;
const EOF = 0xfe;
/** Length 5, the packet's number, EOF, warnings and status. */
const EOF_PACKET_BYTES = 9;

const utf8 = new TextEncoder();

function packet(sequence: number, payload: readonly number[]): Uint8Array {
  return Uint8Array.of(payload.length, 0, 0, sequence, ...payload);
}

function login(): Uint8Array {
  const { buffer } = new Uint32Array([CAPABILITIES, 0]);
  const texts = [...utf8.encode('root\0'), 0, ...utf8.encode('bench\0mysql_native_password\0')];
  const reserved: number[] = new Array(19).fill(0);
  return packet(1, [...new Uint8Array(buffer), 224, ...reserved, CACHE_METADATA, 0, 0, 0, ...texts]);
}

/** Writes COM_STMT_EXECUTE with one INT. */
function execute(bytes: Uint8Array, at: number, statement: number, id: number): void {
  const view = new DataView(bytes.buffer, at);
  bytes[at] = EXECUTE_BYTES - 4;
  bytes[at + 4] = 0x17;
  view.setUint32(5, statement, true);
  bytes[at + 10] = 1;
  bytes[at + 15] = 1;
  bytes[at + 16] = 3;
  view.setInt32(18, id, true);
}

const EXECUTE_BYTES = 22;

/** A connection with the statement, and the number of an answer's last packet. */
interface Ready {
  readonly socket: RawSocket;
  readonly statement: number;
  readonly last: number;
}

/** The number of the packet that ends the answer, if this is its end. */
function endOf(chunk: Uint8Array): number {
  const at = chunk.length - EOF_PACKET_BYTES;
  return chunk[at] === 5 && chunk[at + 4] === EOF ? (chunk[at + 3] ?? 0) : -1;
}

/** Reads one answer. @returns The number of its last packet. */
async function answer(socket: RawSocket, last?: number): Promise<number> {
  for (;;) {
    let found = -1;
    await socket.readOnce((chunk) => {
      found = endOf(chunk);
    });
    if (found >= 0 && (last === undefined || found === last)) return found;
  }
}

async function open(port: number): Promise<Ready> {
  const socket = await rawSocket(port);
  await socket.readOnce(() => undefined);
  await socket.write(login());
  await socket.readOnce(() => undefined);
  await socket.write(packet(0, [0x16, ...utf8.encode(TEXT)]));
  let statement = 0;
  await socket.readOnce((chunk) => {
    statement = new DataView(chunk.buffer, chunk.byteOffset).getUint32(5, true);
  });
  const bytes = new Uint8Array(EXECUTE_BYTES);
  let last = 0;
  // The first answer may define its columns.
  for (let i = 1; i <= 2; i++) {
    execute(bytes, 0, statement, i);
    await socket.write(bytes);
    last = await answer(socket);
  }
  return { socket, statement, last };
}

const raw: Subject = {
  async query(port) {
    const { socket, statement, last } = await open(port);
    const bytes = new Uint8Array(EXECUTE_BYTES);
    const result = await timed(SEQUENTIAL, async () => {
      for (let i = 1; i <= SEQUENTIAL; i++) {
        execute(bytes, 0, statement, i);
        void socket.write(bytes);
        await answer(socket, last);
      }
    });
    await socket.close();
    return result;
  },
  async query100(port) {
    const { socket, statement } = await open(port);
    const flight = new Uint8Array(IN_FLIGHT * EXECUTE_BYTES);
    for (let i = 0; i < IN_FLIGHT; i++) execute(flight, i * EXECUTE_BYTES, statement, i + 1);
    const result = await timed(BATCHES * IN_FLIGHT, async () => {
      for (let i = 0; i < BATCHES; i++) {
        void socket.write(flight);
        // One EOF behind the columns, one behind the rows; neither names nor prices hold that byte.
        for (let left = 2 * IN_FLIGHT; left > 0; ) {
          await socket.readOnce((chunk) => {
            for (let at = chunk.indexOf(EOF); at >= 0; at = chunk.indexOf(EOF, at + 1)) left -= 1;
          });
        }
      }
    });
    await socket.close();
    return result;
  },
};

/** With a promise a query, as any client has. */
const promised: Subject = {
  async query(port) {
    const { socket, statement, last } = await open(port);
    const calls = rawCalls(socket, (chunk) => endOf(chunk) === last);
    const bytes = new Uint8Array(EXECUTE_BYTES);
    const result = await timed(SEQUENTIAL, async () => {
      for (let i = 1; i <= SEQUENTIAL; i++) {
        execute(bytes, 0, statement, i);
        await calls.ask(bytes);
      }
    });
    await calls.close();
    return result;
  },
};

export default rounds({ 'raw socket': raw, 'raw socket with promises': promised });
