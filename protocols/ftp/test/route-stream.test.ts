// Downloads over HTTP that go wrong behind their first byte: the body breaks off, and never ends as if it were whole.
import { describe, expect, it, vi } from 'vitest';
import { gatewayBefore } from './support/ftp-gateway.ts';
import { type FtpServer, ftpServer, latin1 } from './support/ftp-server.ts';

const BIG = 'x'.repeat(400_000);
const PATH = '/ftp/get?path=/big';

/** A server whose data connection sends `bytes` of a file of another size, and what the control connection says then. */
function sending(bytes: number, then: string | 'FIN' | 'RST'): FtpServer {
  const server = ftpServer({ '/big': BIG });
  server.onData = async (data, _command, control) => {
    await data.startTls();
    await data.write(latin1('x'.repeat(bytes)));
    if (then !== 'RST') await data.close();
    if (then === 'RST') {
      data.reset();
      await control.write(latin1('426 Connection closed\r\n'));
    } else if (then === 'FIN') await control.close();
    else await control.write(latin1(`${then}\r\n`));
  };
  return server;
}

async function readAll(response: Response): Promise<number> {
  let length = 0;
  for await (const chunk of response.body ?? []) length += chunk.length;
  return length;
}

describe('a download breaks off', () => {
  it.each<[string, () => FtpServer]>([
    ['where the server says so', () => sending(100_000, '426 Connection closed; transfer aborted')],
    ['where the server says that it failed, though all bytes came', () => sending(400_000, '451 Read error')],
    ['where the data end early, and the server calls them whole', () => sending(100_000, '226 Done')],
    ['where the file has grown meanwhile', () => sending(400_001, '226 Done')],
    ['where the control connection ends', () => sending(100_000, 'FIN')],
    ['where the data connection is reset', () => sending(100_000, 'RST')],
  ])('%s', async (_what, make) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const server = make();
    const response = await gatewayBefore(server)(PATH);
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '400000']);
    await expect(readAll(response)).rejects.toThrow();
    await expect.poll(() => server.open).toBe(0);
    log.mockRestore();
    warn.mockRestore();
  });

  it('when its time is up, though nobody reads it', async () => {
    const server = ftpServer({ '/big': BIG.repeat(10) });
    const response = await gatewayBefore(server)(PATH, { headers: { 'Fairlead-Timeout-Ms': '200' } });
    expect(response.status).toBe(200);
    await expect.poll(() => server.open).toBe(0);
    await expect(readAll(response)).rejects.toThrow();
  });

  it('when its caller goes', async () => {
    const server = ftpServer({ '/big': BIG.repeat(10) });
    const response = await gatewayBefore(server)(PATH);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => server.open).toBe(0);
  });
});

describe('a download', () => {
  it('comes whole', async () => {
    const server = ftpServer({ '/big': BIG.repeat(10) });
    const response = await gatewayBefore(server)(PATH);
    expect(await readAll(response)).toBe(4_000_000);
    await expect.poll(() => server.open).toBe(0);
  });

  it('is asked for no more than its range', async () => {
    const server = ftpServer({ '/big': BIG.repeat(10) });
    const response = await gatewayBefore(server)(PATH, { headers: { Range: 'bytes=100-199' } });
    expect([response.status, await readAll(response)]).toEqual([206, 100]);
    await expect.poll(() => server.open).toBe(0);
  });

  it('that is only looked at opens no data connection', async () => {
    const server = ftpServer({ '/big': BIG });
    const response = await gatewayBefore(server)(PATH, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), response.body]).toEqual([
      200,
      '400000',
      null,
    ]);
    expect(server.commands).not.toContain('EPSV');
    await expect.poll(() => server.open).toBe(0);
  });

  it('that the server refuses is a problem', async () => {
    const server = ftpServer({ '/big': BIG });
    server.misbehave = (line) => (line.startsWith('RETR') ? '550 Permission denied' : undefined);
    const response = await gatewayBefore(server)(PATH);
    expect([response.status, response.headers.get('content-disposition')]).toEqual([404, null]);
    expect(await response.json()).toMatchObject({ code: 'server', server: { message: 'Permission denied' } });
    await expect.poll(() => server.open).toBe(0);
  });
});
