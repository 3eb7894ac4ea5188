// Ours.
import { connect } from '@fairlead/ftp';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  fairlead: subject(async (port, tls) => {
    const ftp = await connect({ hostname: 'localhost', port, tls });
    return {
      async get(path) {
        let count = 0;
        for await (const bytes of await ftp.get(path)) count += bytes.length;
        return count;
      },
      put: async (path, body) => void (await ftp.put(path, body)),
      async begin(path, wait) {
        const reader = (await ftp.get(path)).getReader();
        await reader.read();
        await wait();
        await reader.cancel();
      },
      remove: (path) => ftp.remove(path),
      async list(path) {
        let count = 0;
        for await (const _ of ftp.list(path)) count++;
        return count;
      },
      close: () => ftp.close(),
    };
  }),
});
