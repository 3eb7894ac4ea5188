// OpenSSH's own ssh and sftp, a process for each call, behind the same HTTP face as the Workers. Connecting always counts.
import { spawn } from 'node:child_process';
import { rounds } from '../workers/round.ts';
import { FILE_MIB, type Login, type SshSubject, subject } from '../workers/ssh/scenarios.ts';
import { serve } from './serve.ts';

const OPTIONS = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];

/** Runs a program to its end. @returns What it wrote. */
function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${program} ended with ${code}`)),
    );
    child.stdin.end(input);
  });
}

async function open({ port, username, folder }: Login): Promise<SshSubject> {
  const common = ['-i', process.env.SSH_KEY_FILE ?? '', ...OPTIONS.flatMap((option) => ['-o', option])];
  const sftp = (line: string) =>
    run('sftp', ['-q', '-b', '-', '-P', String(port), ...common, `${username}@127.0.0.1`], `${line}\n`);
  return {
    exec: () => run('ssh', ['-p', String(port), ...common, `${username}@127.0.0.1`, 'echo ready']),
    async get(path) {
      await sftp(`get ${path} /dev/null`);
      return FILE_MIB * 1_048_576;
    },
    put: async (path) => void (await sftp(`put ${folder}/file ${path}`)),
    async list(path) {
      const lines = (await sftp(`ls -1 ${path}`)).split('\n').filter((line) => line.includes('entry-'));
      return lines.length;
    },
    close: async () => undefined,
  };
}

serve(rounds({ 'OpenSSH in a process': subject(open) }));
