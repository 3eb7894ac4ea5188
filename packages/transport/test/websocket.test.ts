// webSocketConnector inside workerd, against servers that misbehave.
import { transportCompliance } from '@fairlead/testkit/compliance';
import { inject, vi } from 'vitest';
import { webSocketConnector } from '../src/websocket/workerd.ts';
import { webSocketCases } from './websocket-cases.ts';

const world = inject('webSockets');
const send = vi.spyOn(WebSocket.prototype, 'send');

transportCompliance('webSocketConnector in workerd', webSocketConnector(), {
  ...world,
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: 'a WebSocket ends with a Close frame or is lost, whatever lies below it',
    platformWrites: true,
    resets: true,
    starttls: 'TLS cannot begin inside a WebSocket',
    backpressure: 'workerd takes every message at once and tells nothing of what it has sent',
    halfClose: 'a Close frame ends both directions',
  },
  platformWrites: () => {
    const seen = send.mock.calls.map(([bytes]) => (bytes as Uint8Array).length);
    send.mockClear();
    return seen;
  },
});

webSocketCases(webSocketConnector, { ...world, statuses: true });
