// The least that a tunnel can be: bytes of a socket into messages of a WebSocket and back. It checks and counts nothing, and
// makes nobody wait.
import { connect } from 'cloudflare:sockets';

const VIEW_BYTES = 65_536;

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.headers.get('Upgrade') !== 'websocket') return new Response('ready');
    const port = Number(new URL(request.url).searchParams.get('port'));
    const socket = connect({ hostname: '127.0.0.1', port });
    await socket.opened;
    const { 0: outer, 1: inner } = new WebSocketPair();
    inner.binaryType = 'arraybuffer';
    inner.accept();
    const writer = socket.writable.getWriter();
    inner.addEventListener('message', ({ data }) => {
      writer.write(new Uint8Array(data as ArrayBuffer)).catch(() => {});
    });
    inner.addEventListener('close', () => void socket.close());
    pump(socket.readable.getReader({ mode: 'byob' }), inner).catch(() => inner.close(1011));
    return new Response(null, { status: 101, webSocket: outer });
  },
};

async function pump(reader: ReadableStreamBYOBReader, inner: WebSocket): Promise<void> {
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(VIEW_BYTES));
    if (value !== undefined && value.length > 0) inner.send(value);
    if (done) break;
  }
  inner.close(1000);
}
