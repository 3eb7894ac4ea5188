// A server that speaks TLS from the first byte and sends back what it gets, with a certificate for `localhost`.
import { createServer } from 'node:tls';
import { makeLogin } from '../login.ts';
import { listen, type RunningServer } from '../server.ts';

/** Starts it. `authority` is what its clients have to trust, in PEM. */
export async function startTlsEcho(): Promise<RunningServer & { readonly authority: string }> {
  const { authority, cert, key } = makeLogin('');
  const server = createServer({ cert, key }, (socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => socket.write(bytes));
  });
  return {
    port: await listen(server),
    authority,
    what: 'node:tls on this machine',
    stop: () => server.close(),
  };
}
