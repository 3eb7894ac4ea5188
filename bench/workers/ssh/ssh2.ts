// ssh2 over the platform's node:net, with 64 reads and writes in flight, as its fastGet and fastPut have.
import { Buffer } from 'node:buffer';
import { Client, type SFTPWrapper } from 'ssh2';
import { rounds } from '../round.ts';
import { FILE_MIB, subject } from './scenarios.ts';

const PIECE = 32_768;
const IN_FLIGHT = 64;
const LENGTH = FILE_MIB * 1_048_576;

/** Calls `piece` for each offset, with 64 under way. */
async function pieces(piece: (offset: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < LENGTH) {
      const offset = next;
      next += PIECE;
      await piece(offset);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

const call = <T>(run: (done: (error: Error | null | undefined, value: T) => void) => unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value)));
  });

async function get(sftp: SFTPWrapper, path: string): Promise<number> {
  const handle = await call<Buffer>((done) => sftp.open(path, 'r', done));
  let count = 0;
  await pieces(async (offset) => {
    const into = Buffer.allocUnsafe(PIECE);
    const length = await new Promise<number>((resolve, reject) => {
      sftp.read(handle, into, 0, PIECE, offset, (error, length) => (error ? reject(error) : resolve(length)));
    });
    count += length;
  });
  await call<void>((done) => sftp.close(handle, (error) => done(error, undefined)));
  return count;
}

async function put(sftp: SFTPWrapper, path: string, bytes: Uint8Array): Promise<void> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const handle = await call<Buffer>((done) => sftp.open(path, 'w', done));
  await pieces((offset) =>
    call<void>((done) => sftp.write(handle, whole, offset, PIECE, offset, (error) => done(error, undefined))),
  );
  await call<void>((done) => sftp.close(handle, (error) => done(error, undefined)));
}

function exec(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec('echo ready', (error, channel) => {
      if (error) return reject(error);
      let text = '';
      channel.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      channel.on('close', () => resolve(text));
    });
  });
}

export default rounds({
  ssh2: subject(async ({ port, username, privateKey }, needsSftp) => {
    const client = new Client();
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject);
      client.connect({ host: '127.0.0.1', port, username, privateKey });
    });
    const sftp = needsSftp ? await call<SFTPWrapper>((done) => client.sftp(done)) : undefined;
    const files = (): SFTPWrapper => {
      if (!sftp) throw new Error('no SFTP was asked for');
      return sftp;
    };
    return {
      exec: () => exec(client),
      get: (path) => get(files(), path),
      put: (path, bytes) => put(files(), path, bytes),
      list: async (path) => (await call<readonly unknown[]>((done) => files().readdir(path, done))).length,
      close: async () => void client.end(),
    };
  }),
});
