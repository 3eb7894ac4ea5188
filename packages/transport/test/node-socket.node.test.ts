// nodeSocket in Node, against servers that misbehave.
import { Socket } from 'node:net';
import { transportCompliance } from '@fairlead/testkit/compliance';
import { inject, vi } from 'vitest';
import { nodeSocket } from '../src/node.ts';

const write = vi.spyOn(Socket.prototype, 'write');

transportCompliance('nodeSocket', nodeSocket, {
  ...inject('puppets'),
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: 'Node ends the stream in the same way with and without a close_notify',
    platformWrites: true,
    resets: true,
    starttls: true,
    backpressure: true,
  },
  platformWrites: () => {
    const seen = write.mock.calls.map(([bytes]) => bytes.length);
    write.mockClear();
    return seen;
  },
});
