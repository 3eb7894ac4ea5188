// A gigabyte each way, by a command's streams and by SFTP, and a reader that stops. Nothing is kept.
import { connect, type SshClient } from '@fairlead/ssh';
import { openSftp } from '@fairlead/ssh/sftp';
import { type RoundSettings, rounds, type Subject, timed } from '../round.ts';

const MIB = 1_048_576;
const PIECE = new Uint8Array(65_536);
/** The keys are renewed after so much in the scenarios of SFTP. */
const REKEY_AFTER_BYTES = MIB;
/** What a reader that stops has read before. */
const READ_BEFORE_STOP = MIB;
const STOP_MS = 3_000;

async function during(
  port: number,
  { SSH_USER, SSH_KEY, SSH_FINGERPRINT }: RoundSettings,
  work: (ssh: SshClient) => Promise<void>,
  rekeyAfterBytes?: number,
): Promise<void> {
  const login = { username: SSH_USER, privateKey: SSH_KEY, fingerprint: SSH_FINGERPRINT };
  await using ssh = await connect({ hostname: '127.0.0.1', port, ...login, rekeyAfterBytes });
  await work(ssh);
}

/** Reads a stream and keeps nothing of it. */
async function drain(stream: ReadableStream<Uint8Array>, bytes: number): Promise<void> {
  let count = 0;
  for await (const piece of stream) count += piece.length;
  if (count !== bytes) throw new Error(`${count} bytes came of ${bytes}`);
}

async function fill(stream: WritableStream<Uint8Array>, bytes: number): Promise<void> {
  const writer = stream.getWriter();
  for (let count = 0; count < bytes; count += PIECE.length) await writer.write(PIECE);
  await writer.close();
}

/** As a command's output. */
async function execGet(ssh: SshClient, mib: number): Promise<void> {
  const { stdout } = await ssh.exec(`head -c ${mib * MIB} /dev/zero`);
  await drain(stdout, mib * MIB);
}

/** As a command's input. */
async function execPut(ssh: SshClient, mib: number): Promise<void> {
  const command = await ssh.exec('wc -c', { stdin: 'pipe' });
  const counted = command.output();
  await fill(command.stdin, mib * MIB);
  const said = new TextDecoder().decode((await counted).stdout).trim();
  if (said !== String(mib * MIB)) throw new Error(`the command has read ${said} bytes of ${mib * MIB}`);
}

async function sftpGet(ssh: SshClient, mib: number): Promise<void> {
  const sftp = await openSftp(ssh);
  await drain(sftp.readable('/dev/zero', { end: mib * MIB }), mib * MIB);
}

async function sftpPut(ssh: SshClient, mib: number): Promise<void> {
  const sftp = await openSftp(ssh);
  await fill(sftp.writable('/dev/null'), mib * MIB);
}

const sized = (mib: number): Subject => {
  const run =
    (work: (ssh: SshClient, mib: number) => Promise<void>, rekeyAfterBytes?: number): Subject[string] =>
    (port, settings) =>
      timed(mib, () => during(port, settings, (ssh) => work(ssh, mib), rekeyAfterBytes));
  return {
    [`exec-get-${mib}`]: run(execGet),
    [`exec-put-${mib}`]: run(execPut),
    [`sftp-get-${mib}`]: run(sftpGet, REKEY_AFTER_BYTES),
    [`sftp-put-${mib}`]: run(sftpPut, REKEY_AFTER_BYTES),
  };
};

/** Reads a mebibyte of an endless output, and then nothing more. @returns `count`: the bytes that were read. */
const stop: Subject[string] = async (port, settings) => {
  let count = 0;
  const { ms } = await timed(1, () =>
    during(port, settings, async (ssh) => {
      await using command = await ssh.exec('cat /dev/zero');
      const reader = command.stdout.getReader();
      while (count < READ_BEFORE_STOP) count += (await reader.read()).value?.length ?? 0;
      await new Promise((resolve) => setTimeout(resolve, STOP_MS));
    }),
  );
  return { count, ms };
};

export default rounds({ fairlead: { ...sized(1), ...sized(64), ...sized(1_024), stop } });
