// basic-ftp over the platform's node:net and node:tls.
import { Buffer } from 'node:buffer';
import { Readable, Writable } from 'node:stream';
import { Client } from 'basic-ftp';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  'basic-ftp': subject(async (port, tls) => {
    const client = new Client();
    await client.access({ host: 'localhost', port, secure: tls ? 'implicit' : false });
    return {
      async get(path) {
        let count = 0;
        const sink = new Writable({
          write(bytes: Buffer, _encoding, done) {
            count += bytes.length;
            done();
          },
        });
        await client.downloadTo(sink, path);
        return count;
      },
      async put(path, body) {
        const source = body instanceof Uint8Array ? [Buffer.from(body)] : body;
        await client.uploadFrom(Readable.from(source), path);
      },
      async begin(path, wait) {
        let isFirst = true;
        const sink = new Writable({
          write(_bytes, _encoding, done) {
            if (!isFirst) return;
            isFirst = false;
            void wait().then(() => {
              client.close();
              done();
            });
          },
        });
        await client.downloadTo(sink, path).catch(() => undefined);
      },
      remove: async (path) => void (await client.remove(path)),
      list: async (path) => (await client.list(path)).length,
      close: async () => client.close(),
    };
  }),
});
