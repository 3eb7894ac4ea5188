// Starts the servers of SSH and FTP: all that serve files, with the keys of the run.
import type { RunCertificates } from '../setup/certificates.ts';
import type { Track } from './container.ts';
import {
  type OtherFtpAddresses,
  startOtherFtpServers,
  startVsftpd,
  type VsftpdAddress,
  type VsftpdVersion,
  vsftpdBuildArgs,
} from './ftp.ts';
import { startFtpOracle } from './ftp-oracle.ts';
import { serverImage } from './image.ts';
import type { JsonServerAddress } from './json-server.ts';
import {
  type OpensshAddress,
  type OpensshVersion,
  type OtherSshAddresses,
  opensshBuildArgs,
  startOpenssh,
  startOtherSshServers,
} from './ssh.ts';
import { makeSshKeys, type SshKeys } from './ssh-keys.ts';
import { startSshOracle } from './ssh-oracle.ts';

/** Where they listen, and the keys that they know and show. */
export interface FileServers {
  readonly sshKeys: SshKeys;
  readonly openssh: Readonly<Record<OpensshVersion, OpensshAddress>>;
  /** Dropbear, TinySSH and AsyncSSH. */
  readonly otherSsh: OtherSshAddresses;
  readonly vsftpd: Readonly<Record<VsftpdVersion, VsftpdAddress>>;
  /** ProFTPD, with SFTP on a port of its own, and pyftpdlib. */
  readonly otherFtp: OtherFtpAddresses;
  /** ssh2 and basic-ftp on Node, to compare our clients with. */
  readonly sshOracle: JsonServerAddress;
  readonly ftpOracle: JsonServerAddress;
}

/** Builds their images, one after another. */
export async function buildFileServers(): Promise<void> {
  for (const version of ['9.2', '10.0', '10.6'] as const)
    await serverImage('openssh', opensshBuildArgs(version));
  for (const version of ['3.0.3', '3.0.5'] as const) await serverImage('vsftpd', vsftpdBuildArgs(version));
  for (const server of ['ssh-others', 'ftp-others']) await serverImage(server);
}

/** Starts them all at once. */
export async function startFileServers({ good }: RunCertificates, track: Track): Promise<FileServers> {
  const sshKeys = makeSshKeys();
  const [bookworm, trixie, sid, otherSsh, older, newer, otherFtp] = await Promise.all([
    track(startOpenssh('9.2', sshKeys)),
    track(startOpenssh('10.0', sshKeys)),
    track(startOpenssh('10.6', sshKeys)),
    track(startOtherSshServers(sshKeys)),
    track(startVsftpd('3.0.3', good)),
    track(startVsftpd('3.0.5', good)),
    track(startOtherFtpServers(good, sshKeys)),
  ]);
  const openssh = { '9.2': bookworm, '10.0': trixie, '10.6': sid };
  const sshOracle = await track(startSshOracle());
  const ftpOracle = await track(startFtpOracle());
  return {
    sshOracle,
    ftpOracle,
    sshKeys,
    openssh,
    otherSsh,
    vsftpd: { '3.0.3': older, '3.0.5': newer },
    otherFtp,
  };
}
