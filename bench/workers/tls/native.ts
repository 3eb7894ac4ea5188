// The platform's own TLS on a bare socket of the platform.
import { connect } from 'cloudflare:sockets';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

const VIEW_BYTES = 65_536;

export default rounds({
  native: subject(async (port) => {
    const socket = connect({ hostname: 'localhost', port }, { secureTransport: 'on', allowHalfOpen: false });
    const writer = socket.writable.getWriter();
    const reader = socket.readable.getReader({ mode: 'byob' });
    let buffer = new ArrayBuffer(VIEW_BYTES);
    await socket.opened;
    return {
      write: (bytes) => writer.write(bytes),
      async skip(count) {
        for (let left = count; left > 0; ) {
          const { value, done } = await reader.read(new Uint8Array(buffer, 0, Math.min(left, VIEW_BYTES)));
          if (done || !value) throw new Error(`The socket ended ${left} bytes early`);
          left -= value.byteLength;
          buffer = value.buffer as ArrayBuffer;
        }
      },
      close: () => socket.close(),
    };
  }),
});
