// Ours.
import { connect } from '@fairlead/ssh';
import { openSftp } from '@fairlead/ssh/sftp';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  fairlead: subject(async ({ port, username, privateKey, fingerprint }, needsSftp) => {
    const ssh = await connect({ hostname: '127.0.0.1', port, username, privateKey, fingerprint });
    const sftp = needsSftp ? await openSftp(ssh) : undefined;
    if (!sftp) {
      return {
        exec: async () => new TextDecoder().decode((await (await ssh.exec('echo ready')).output()).stdout),
        get: async () => 0,
        put: async () => undefined,
        list: async () => 0,
        close: () => ssh.close(),
      };
    }
    return {
      exec: async () => '',
      async get(path) {
        let count = 0;
        for await (const bytes of sftp.readable(path)) count += bytes.length;
        return count;
      },
      put: async (path, bytes) => void (await sftp.put(path, bytes, { atomic: false, fsync: false })),
      async list(path) {
        let count = 0;
        for await (const _ of sftp.list(path)) count++;
        return count;
      },
      close: () => ssh.close(),
    };
  }),
});
