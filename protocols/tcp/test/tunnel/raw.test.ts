// Tunnels without the subprotocol: bytes both ways, how each end is told, and the caps of both directions.
import { toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { echo, gateway } from './harness.ts';

const limits = (values: Record<string, number>) => ({ env: { FAIRLEAD_LIMITS: JSON.stringify(values) } });

describe('bytes', () => {
  it('go both ways, and the counts stand in the reason', async () => {
    const caller = await gateway(async (server) => {
      expect(toText((await server.read(5)) ?? new Uint8Array())).toBe('hello');
      await server.write(toBytes('good bye'));
      await server.close();
    }).raw();
    caller.send(toBytes('hel'));
    caller.send(new Uint8Array(0));
    caller.send(toBytes('lo'));
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=5 down=8' });
    expect(caller.text).toBe('good bye');
  });

  it('that came before the caller closed still reach the server', async () => {
    const received: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const caller = await gateway(async (server) => {
      for (let bytes = await server.read(); bytes !== undefined; bytes = await server.read())
        received.push(toText(bytes));
      resolve();
    }).raw();
    caller.send(toBytes('last words'));
    caller.socket.close(1000);
    await promise;
    expect(received.join('')).toBe('last words');
  });

  it('travel in the subprotocols of other clients too', async () => {
    const at = gateway(echo);
    for (const protocol of ['fairlead', 'binary']) {
      const response = await at.request('/tcp/tunnel/main', {
        headers: { 'Sec-WebSocket-Protocol': protocol },
      });
      expect(response.headers.get('Sec-WebSocket-Protocol')).toBe(protocol);
      response.webSocket?.accept();
      response.webSocket?.close();
    }
  });
});

describe('an end', () => {
  it('is 4502 where the server resets the connection', async () => {
    const caller = await gateway(async (server) => {
      await server.read();
      server.reset();
    }).raw();
    caller.send(toBytes('x'));
    expect(await caller.closed).toEqual({
      code: 4502,
      reason: expect.stringMatching(/^connection_lost up=[01] down=0$/),
    });
  });

  it('is 1003 for a text message', async () => {
    const caller = await gateway(echo).raw();
    caller.send('text');
    expect(await caller.closed).toEqual({ code: 1003, reason: 'text message up=0 down=0' });
  });

  it('is 1009 for a message that is too big', async () => {
    const caller = await gateway(echo).raw();
    caller.send(new Uint8Array(300_001));
    expect(await caller.closed).toMatchObject({ code: 1009 });
  });

  it('is 4413 where the server does not read what the caller sends', async () => {
    const caller = await gateway(() => {}).raw();
    for (let n = 0; n < 40; n++) caller.send(new Uint8Array(65_536));
    expect(await caller.closed).toMatchObject({ code: 4413, reason: expect.stringMatching(/^limit /) });
  });

  it('is 4413 for a flood of tiny messages to such a server', async () => {
    const caller = await gateway(() => {}).raw('/tcp/tunnel/main', limits({ maxBodyBytes: 100_000 }));
    const full = new Uint8Array(65_536);
    for (let n = 0; n < 5; n++) caller.send(full.subarray(0, 65_000));
    for (let n = 0; n < 2000; n++) caller.send(full.subarray(0, 1));
    expect(await caller.closed).toMatchObject({ code: 4413 });
  });

  it('is 4413 where a caller that says nothing is sent more than the operator allows', async () => {
    const caller = await gateway(async (server) => {
      for (;;) await server.write(new Uint8Array(65_536));
    }).raw('/tcp/tunnel/main', limits({ maxTunnelAheadBytes: 1_000_000 }));
    expect(await caller.closed).toMatchObject({ code: 4413 });
  });

  it('comes not where the caller answers now and then', async () => {
    const caller = await gateway(async (server) => {
      for (let n = 0; n < 10; n++) {
        await server.write(new Uint8Array(100_000));
        await server.read();
      }
      await server.close();
    }).raw('/tcp/tunnel/main', limits({ maxTunnelAheadBytes: 150_000 }));
    let seen = 0;
    caller.socket.addEventListener('message', ({ data }) => {
      seen += (data as ArrayBuffer).byteLength;
      if (seen % 100_000 === 0) caller.send(Uint8Array.of(1));
    });
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=10 down=1000000' });
  });

  it('is 4504 when nothing has passed for the idle time, and when the time is up', async () => {
    const at = gateway(echo);
    const idle = await at.raw('/tcp/tunnel/main?idleSeconds=1');
    const whole = await at.raw('/tcp/tunnel/main?seconds=1');
    expect(await idle.closed).toEqual({ code: 4504, reason: 'idle up=0 down=0' });
    expect(await whole.closed).toEqual({ code: 4504, reason: 'timeout up=0 down=0' });
  });
});
