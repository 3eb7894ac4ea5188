// The recipes for vsftpd 3.0.3 and 3.0.5, ProFTPD 1.3.8 and pyftpdlib 2.0. Their accounts are in images/vsftpd and
// images/ftp-others. A server names the port for data itself, so that port is the same inside and outside of its container.
import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { freePorts } from './free-ports.ts';
import { mappedPorts, untilGreeted } from './ports.ts';
import type { ProxyAddress } from './proxy.ts';
import { type SshKeys, sshKeyFiles } from './ssh-keys.ts';

/** The versions of vsftpd, by Debian's suite that has each. */
const VSFTPD_SUITES = { '3.0.3': 'bookworm', '3.0.5': 'trixie' } as const;

/** A version that the tests run against. */
export type VsftpdVersion = keyof typeof VSFTPD_SUITES;

/** What the image of a version is built with. */
export function vsftpdBuildArgs(version: VsftpdVersion): Readonly<Record<string, string>> {
  return { SUITE: VSFTPD_SUITES[version] };
}

/** The ports of a server, by how it is configured. */
export interface FtpPorts {
  /** No TLS. */
  readonly plain: number;
  /** TLS by AUTH; data connections must resume the session of the control connection. */
  readonly explicitWithReuse: number;
  /** TLS by AUTH. */
  readonly explicit: number;
  /** TLS from the first byte. */
  readonly implicit: number;
}

const VSFTPD_PORTS = { plain: 2121, explicitWithReuse: 2122, explicit: 2123, implicit: 990 } as const;
const FAULTS_PORT = 2124;
const PROFTPD_PORTS = {
  plain: 2131,
  explicitWithReuse: 2132,
  explicit: 2133,
  implicit: 2134,
  sftp: 2135,
} as const;
/** It does not ask for reuse. */
const PYFTPDLIB_PORTS = { plain: 2141, explicit: 2142, implicit: 2143, old: 2144 } as const;

/** How many sessions of one server can pass data at once. */
const PASSIVE_PORTS = 8;

/** Where a vsftpd listens. */
export interface VsftpdAddress extends FtpPorts {
  /** Plain, behind a proxy for its commands and another one for its one port for data. */
  readonly faults: { readonly commands: ProxyAddress; readonly data: ProxyAddress };
}

/** Where ProFTPD and pyftpdlib listen. */
export interface OtherFtpAddresses {
  readonly proftpd: FtpPorts & { readonly sftp: number };
  readonly pyftpdlib: {
    readonly plain: number;
    readonly explicit: number;
    readonly implicit: number;
    /** Knows RFC 959 alone, and lists as DOS does. */
    readonly old: number;
  };
}

/** The first and the last of some ports for data, as the start scripts take them. */
interface PassivePorts {
  readonly first: number;
  readonly last: number;
}

async function passivePorts(): Promise<PassivePorts> {
  const first = await freePorts(PASSIVE_PORTS);
  return { first, last: first + PASSIVE_PORTS - 1 };
}

/** The same numbers outside of the container as inside. */
function exposed({ first, last }: PassivePorts): { host: number; container: number }[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    host: first + index,
    container: first + index,
  }));
}

/** OpenSSL's own way to say what every program speaks at most. */
const AT_MOST_TLS_1_2 = `printf '%s\\n' 'openssl_conf = c' '[c]' 'ssl_conf = s' '[s]' 'system_default = d' '[d]' 'MaxProtocol = TLSv1.2' > /tmp/openssl.cnf
export OPENSSL_CONF=/tmp/openssl.cnf`;

/** Starts a vsftpd of this version on all its ports. */
export async function startVsftpd(
  version: VsftpdVersion,
  certificate: KeyAndCertificate,
  maxTls: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<Running<VsftpdAddress>> {
  const passive = await passivePorts();
  // The proxy takes the port that the server names to clients, and has the server's own port behind it.
  const behindProxy = await freePorts(1);
  const data = await startFaultProxy({ upstream: { port: behindProxy } });
  const range = [passive.first, passive.last, data.port].map(String);
  const before = maxTls === 'TLSv1.2' ? `${AT_MOST_TLS_1_2}\n` : '';
  const container = (await serverContainer('vsftpd', certificate, vsftpdBuildArgs(version)))
    .withCommand(['sh', '-c', `${before}exec sh /opt/fairlead/start.sh ${range.join(' ')}`])
    .withExposedPorts(...Object.values(VSFTPD_PORTS), FAULTS_PORT, ...exposed(passive))
    .withExposedPorts({ host: behindProxy, container: data.port })
    .withWaitStrategy(untilGreeted('220', VSFTPD_PORTS.plain, FAULTS_PORT));
  const started = await startContainer(container);
  const commands = await startFaultProxy({ upstream: { port: started.getMappedPort(FAULTS_PORT) } });
  const server = running(started, undefined);
  return {
    at: {
      ...mappedPorts(started, VSFTPD_PORTS),
      faults: { commands: addressOf(commands), data: addressOf(data) },
    },
    async stop() {
      await Promise.all([server.stop(), commands.close(), data.close()]);
    },
  };
}

/** What travels to the tests. */
function addressOf({ port, controlUrl }: FaultProxy): ProxyAddress {
  return { port, controlUrl };
}

/** Starts ProFTPD and pyftpdlib on all their ports. */
export async function startOtherFtpServers(
  certificate: KeyAndCertificate,
  keys: SshKeys,
): Promise<Running<OtherFtpAddresses>> {
  const [proftpd, pyftpdlib] = [await passivePorts(), await passivePorts()];
  const ranges = [proftpd.first, proftpd.last, pyftpdlib.first, pyftpdlib.last].map(String);
  const container = (await serverContainer('ftp-others', certificate))
    .withCopyContentToContainer(sshKeyFiles(keys))
    .withCommand(['sh', '/opt/fairlead/start.sh', ...ranges])
    .withExposedPorts(...Object.values(PROFTPD_PORTS), ...Object.values(PYFTPDLIB_PORTS))
    .withExposedPorts(...exposed(proftpd), ...exposed(pyftpdlib))
    .withWaitStrategy(untilGreeted('220', PROFTPD_PORTS.plain, PYFTPDLIB_PORTS.old));
  const started = await startContainer(container);
  return running(started, {
    proftpd: mappedPorts(started, PROFTPD_PORTS),
    pyftpdlib: mappedPorts(started, PYFTPDLIB_PORTS),
  });
}
