// nodeSocket in Node, against servers that misbehave.
import { Socket } from 'node:net';
import { transportCompliance } from '@fairlead/testkit/compliance';
import { expect, inject, it, vi } from 'vitest';
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
    halfClose: true,
  },
  platformWrites: () => {
    const seen = write.mock.calls.map(([bytes]) => bytes.length);
    write.mockClear();
    return seen;
  },
});

it('says why TLS failed, as Node knows it, also by startTls', async () => {
  const { hostname, ports } = inject('puppets');
  const transport = await nodeSocket({ hostname, port: ports.plain }, { tls: 'starttls' });
  await transport.write(new TextEncoder().encode('starttls expired\n'));
  await transport.read();
  const error = await transport.startTls().catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'tls_failed',
    message: expect.stringContaining('certificate has expired'),
  });
});
