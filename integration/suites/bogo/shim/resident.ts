// The shim's resident process: go/shim.go asks it for each test over the socket that FAIRLEAD_SHIM_SOCKET names. It ends with its
// standard input, and with status 1 where anything was thrown past a test.
import { createServer, type Socket } from 'node:net';
import { runTest } from './exchange.ts';

/** The status of a test that must fail, whatever the runner wants of it. */
const BROKEN = 90;
/** More than any test's arguments. */
const MAX_REQUEST_CHARS = 1_000_000;

const socketPath = process.env.FAIRLEAD_SHIM_SOCKET;
if (socketPath === undefined) throw new Error('FAIRLEAD_SHIM_SOCKET is not set');

let strays = 0;
for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => {
    strays++;
    console.error(`${event}:`, error);
  });
}

const server = createServer((socket) => void serve(socket));
server.listen(socketPath, () => console.log('ready'));

process.stdin.resume().on('end', () => {
  server.close();
  process.exit(strays === 0 ? 0 : 1);
});

/** One line of JSON in: the arguments, base64 each. One out: status and standard error. */
async function serve(socket: Socket): Promise<void> {
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  socket.on('error', abort);
  socket.on('close', abort);
  socket.setEncoding('latin1');
  let request = '';
  for await (const text of socket.iterator({ destroyOnReturn: false })) {
    request += text;
    if (request.endsWith('\n') || request.length > MAX_REQUEST_CHARS) break;
  }
  socket.resume();
  const args = (JSON.parse(request) as string[]).map((arg) => Buffer.from(arg, 'base64').toString('latin1'));
  const outcome = await runTest(args, gone.signal).catch((error: unknown) => ({
    status: BROKEN,
    stderr: `the shim itself failed: ${error instanceof Error ? error.stack : error}\n`,
  }));
  // What is still to be sent, such as an alert, goes on its way.
  socket.off('close', abort);
  socket.end(`${JSON.stringify(outcome)}\n`);
}
