// Postgres in WebAssembly (PGlite) behind a TCP port, with a sample database. No TLS, no password, one session at a time.
//
// PGlite is a single session. Clients therefore take turns: each has the database from its startup packet until it
// disconnects, so that neither transactions nor prepared statements of two clients can mix.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { Frames, type Packet } from './frames.ts';
import { listenLocally, type RunningServer } from './local-server.ts';
import { SAMPLE } from './sample/postgres.ts';

const MAX_WAITING = 64;
/** A client that says nothing for this long loses its turn. */
const IDLE_MS = 60_000;

/**
 * Starts the database and its port.
 * @param port 0 for any free one.
 */
export async function startPostgres(port = 0): Promise<RunningServer> {
  const db = await PGlite.create();
  await db.exec(SAMPLE);
  let turn: Promise<void> = Promise.resolve();
  const listener = createServer((socket) => {
    receive(socket, (inbox) => {
      turn = turn
        .then(() => attend(db, socket, inbox))
        .catch(() => void socket.destroy())
        .then(() => reset(db));
    });
  });
  const { port: ownPort, stop } = await listenLocally(listener, port, MAX_WAITING);
  return {
    port: ownPort,
    async stop() {
      await stop();
      await turn;
      await db.close();
    },
  };
}

/** What a client has sent and is not processed yet; `packets` ends when the client does. */
interface Inbox {
  readonly packets: Packet[];
  wake: () => void;
  ended: boolean;
}

/** Answers what comes before a session, and asks for a turn when one begins. */
function receive(socket: Socket, takeTurn: (inbox: Inbox) => void): void {
  const inbox: Inbox = { packets: [], wake: () => {}, ended: false };
  const frames = new Frames();
  let started = false;
  socket.setNoDelay(true);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    inbox.ended = true;
    inbox.wake();
  });
  socket.on('data', (chunk) => {
    try {
      for (const packet of frames.push(chunk)) {
        if (packet.kind === 'ssl' || packet.kind === 'gss') socket.write('N');
        // PGlite runs a query on this very thread: by the time a cancel request is read, it is over.
        else if (packet.kind === 'cancel' || packet.kind === 'terminate') socket.end();
        else inbox.packets.push(packet);
      }
    } catch {
      socket.destroy();
    }
    inbox.wake();
    if (started || inbox.packets.length === 0) return;
    started = true;
    takeTurn(inbox);
  });
}

/** Runs a client's messages until it disconnects. */
async function attend(db: PGlite, socket: Socket, inbox: Inbox): Promise<void> {
  while (!inbox.ended) {
    const packet = inbox.packets.shift();
    if (!packet) {
      await new Promise<void>((resolve) => {
        inbox.wake = resolve;
      });
      continue;
    }
    await db.execProtocolRawStream(packet.bytes, {
      onRawData: (bytes) => {
        if (socket.writable) socket.write(Uint8Array.from(bytes));
      },
    });
    if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
}

/** Leaves nothing of a session to the next one. */
async function reset(db: PGlite): Promise<void> {
  await db.exec('ROLLBACK').catch(() => {});
  await db.exec('DISCARD ALL').catch(() => {});
}
