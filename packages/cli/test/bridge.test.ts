// A tunnel's bridge beside a gateway that does not play by the rules.
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type WebSocket from 'ws';
import { Bridge } from '../src/tunnel/bridge.ts';

/** Sends nothing on: a network that takes no more. */
class StuckWebSocket extends EventEmitter {
  sent = 0;
  send(): void {
    this.sent += 1;
  }
  close(): void {}
  terminate(): void {
    this.emit('close', 1006, Buffer.alloc(0));
  }
}

it('gives up a gateway that asks without end and reads no answer', async () => {
  const socket = new StuckWebSocket();
  const local = new Socket();
  local.on('error', () => {});
  const bridge = new Bridge(local, socket as unknown as WebSocket);
  const ping = Buffer.of(3, 1, 2, 3, 4, 5, 6, 7, 8);
  for (let i = 0; i < 40_000; i++) socket.emit('message', ping, true);
  expect(await bridge.ended).toMatchObject({ closeCode: 1006, isComplete: false });
  expect(socket.sent).toBeLessThan(33_000);
});
