// webSocketConnector in Node, against servers that misbehave.
import { transportCompliance } from '@fairlead/testkit/compliance';
import { inject, vi } from 'vitest';
import { webSocketConnector } from '../src/websocket/node.ts';
import { webSocketCases } from './websocket-cases.ts';

const world = inject('webSockets');
const { WebSocket } = globalThis as unknown as {
  WebSocket: { prototype: { send(bytes: Uint8Array): void } };
};
const send = vi.spyOn(WebSocket.prototype, 'send');

transportCompliance('webSocketConnector in Node', webSocketConnector(), {
  ...world,
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: 'a WebSocket ends with a Close frame or is lost, whatever lies below it',
    platformWrites: true,
    resets: true,
    starttls: 'TLS cannot begin inside a WebSocket',
    backpressure: true,
    halfClose: 'a Close frame ends both directions',
  },
  platformWrites: () => {
    const seen = send.mock.calls.map(([bytes]) => bytes.length);
    send.mockClear();
    return seen;
  },
});

webSocketCases(webSocketConnector, { ...world, statuses: false });
