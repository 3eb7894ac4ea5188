// bindingSocket inside workerd, through a binding that hands on to the platform's connect and records each write.

import { connect } from 'cloudflare:sockets';
import { transportCompliance } from '@fairlead/testkit/compliance';
import { inject } from 'vitest';
import { bindingSocket, type PlatformSocket } from '../src/workerd.ts';

let writes: number[] = [];

/** The same socket, with a writer that records. */
function recording(socket: PlatformSocket): PlatformSocket {
  return {
    opened: socket.opened,
    closed: socket.closed,
    readable: socket.readable,
    writable: {
      getWriter: () => {
        const writer = socket.writable.getWriter();
        return {
          write: (bytes) => {
            writes.push(bytes.length);
            return writer.write(bytes);
          },
          close: () => writer.close(),
          abort: (reason) => writer.abort(reason),
          releaseLock: () => writer.releaseLock(),
        };
      },
    },
    startTls: () => recording(socket.startTls()),
    close: () => socket.close(),
  };
}

const connector = bindingSocket({ connect: (address, options) => recording(connect(address, options)) });

transportCompliance('bindingSocket', connector, {
  ...inject('puppets'),
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: true,
    platformWrites: true,
    resets: true,
    starttls: true,
    backpressure: true,
    halfClose: true,
  },
  platformWrites: () => {
    const seen = writes;
    writes = [];
    return seen;
  },
});
