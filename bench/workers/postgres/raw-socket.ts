// A bare socket that sends the bytes of a prepared statement, and reads what comes up to ReadyForQuery. It parses
// nothing: it is the least that any client can cost.
import { Writer } from '@fairlead/bytes';
import {
  encodeStartup,
  writeBind,
  writeExecute,
  writeParse,
  writeQuery,
  writeSync,
} from '@fairlead/postgres/wire';
import { type RawSocket, rawCalls, rawSocket } from '../raw.ts';
import { rounds, type Subject, timed } from '../round.ts';

const SEQUENTIAL = 2000;
const BATCHES = 60;
const IN_FLIGHT = 100;
const COPIED_ROWS = 500_000;
/** ReadyForQuery, idle. */
const READY = [0x5a, 0, 0, 0, 5, 0x49];

/** One for all: to set storage aside for each message would slow the bare socket down. */
const writer = new Writer(1 << 20);

function written(write: (w: Writer) => void): Uint8Array {
  write(writer);
  return writer.take();
}

function bind(w: Writer, id: number): void {
  writeBind(w, '', 's', [String(id)], 0);
  writeExecute(w, '', 0);
  writeSync(w);
}

/** Reads to the end of `count` answers. */
async function answers(socket: RawSocket, count: number): Promise<void> {
  let left = count;
  while (left > 0) {
    await socket.readOnce((chunk) => {
      // One at a time the answer ends where the read ends; of many, each one's end has to be found.
      if (count === 1) left = endsReady(chunk) ? 0 : 1;
      else for (let at = chunk.indexOf(0x5a); at >= 0; at = chunk.indexOf(0x5a, at + 1)) left -= 1;
    });
  }
}

function endsReady(chunk: Uint8Array): boolean {
  return READY.every((byte, i) => chunk[chunk.length - READY.length + i] === byte);
}

async function open(port: number): Promise<RawSocket> {
  const socket = await rawSocket(port);
  const parameters = new Map([
    ['user', 'bench'],
    ['database', 'postgres'],
  ]);
  await socket.write(encodeStartup(parameters));
  await answers(socket, 1);
  const text = 'select name, price from items where id = $1';
  await socket.write(
    written((w) => {
      writeParse(w, 's', text, []);
      writeSync(w);
    }),
  );
  await answers(socket, 1);
  return socket;
}

const raw: Subject = {
  async query(port) {
    const socket = await open(port);
    const result = await timed(SEQUENTIAL, async () => {
      for (let i = 1; i <= SEQUENTIAL; i++) {
        void socket.write(written((w) => bind(w, i)));
        await answers(socket, 1);
      }
    });
    await socket.close();
    return result;
  },
  async query100(port) {
    const socket = await open(port);
    const flight = written((w) => {
      for (let i = 1; i <= IN_FLIGHT; i++) bind(w, i);
    });
    const result = await timed(BATCHES * IN_FLIGHT, async () => {
      for (let i = 0; i < BATCHES; i++) {
        void socket.write(flight);
        await answers(socket, IN_FLIGHT);
      }
    });
    await socket.close();
    return result;
  },
  async copy(port) {
    const socket = await open(port);
    const request = written((w) => writeQuery(w, 'copy items to stdout'));
    const result = await timed(COPIED_ROWS, async () => {
      void socket.write(request);
      await socket.until(endsReady);
    });
    await socket.close();
    return result;
  },
};

/** With a promise a query, as any client has. */
const promised: Subject = {
  async query(port) {
    const calls = rawCalls(await open(port), endsReady);
    const result = await timed(SEQUENTIAL, async () => {
      for (let i = 1; i <= SEQUENTIAL; i++) await calls.ask(written((w) => bind(w, i)));
    });
    await calls.close();
    return result;
  },
};

export default rounds({ 'raw socket': raw, 'raw socket with promises': promised });
