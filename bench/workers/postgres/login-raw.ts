// A bare socket that turns TLS on, answers SCRAM with keys that it has derived before, and sends one statement behind the proof. It
// checks nothing, and parses no row: it is the least that a client can cost on this platform.
import { connect } from 'cloudflare:sockets';
import { encodeSslRequest, encodeStartup } from '@fairlead/postgres/wire';
import { rounds, timed } from '../round.ts';
import { Scram, statement } from './bare-login.ts';

const LOGINS = 20;
const VIEW_BYTES = 4_096;
const PARAMETERS = new Map([
  ['user', 'bench'],
  ['database', 'postgres'],
]);

const text = new TextDecoder();

async function logIn(port: number, password: string): Promise<void> {
  const plain = connect(
    { hostname: 'localhost', port },
    { secureTransport: 'starttls', allowHalfOpen: false },
  );
  const asking = plain.writable.getWriter();
  await asking.write(encodeSslRequest());
  asking.releaseLock();
  const hearing = plain.readable.getReader({ mode: 'byob' });
  await hearing.read(new Uint8Array(1));
  hearing.releaseLock();
  const socket = plain.startTls();
  const writer = socket.writable.getWriter();
  const reader = socket.readable.getReader({ mode: 'byob' });
  let buffer = new ArrayBuffer(VIEW_BYTES);
  /** Reads until the bytes hold what is looked for. */
  const until = async (wanted: string): Promise<string> => {
    for (;;) {
      const { value } = await reader.read(new Uint8Array(buffer));
      if (value === undefined) throw new Error('The socket ended early');
      const found = text.decode(value);
      buffer = value.buffer as ArrayBuffer;
      if (found.includes(wanted)) return found;
    }
  };
  void writer.write(encodeStartup(PARAMETERS));
  await until('SCRAM-SHA-256');
  const scram = new Scram(password);
  void writer.write(scram.first());
  void writer.write(await scram.last(await until('i='), statement('select $1::int as answer', '42')));
  await until('SELECT 1');
  await socket.close();
}

export default rounds({
  'raw socket': {
    login: (port, { password = '' }) =>
      timed(LOGINS, async () => {
        for (let i = 0; i < LOGINS; i++) await logIn(port, password);
      }),
  },
});
