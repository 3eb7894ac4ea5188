// The recipes for OpenSSH 9.2, 10.0 and 10.6, Dropbear, TinySSH and AsyncSSH. Their accounts are in images/openssh and
// images/ssh-others.
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { type Running, running, startContainer } from './container.ts';
import { serverImage } from './image.ts';
import { mappedPorts, untilGreeted } from './ports.ts';
import { type SshKeys, sshKeyFiles } from './ssh-keys.ts';

/** The versions of OpenSSH, by Debian's suite that has each. */
const OPENSSH_SUITES = { '9.2': 'bookworm', '10.0': 'trixie', '10.6': 'sid' } as const;

/** A version that the tests run against. */
export type OpensshVersion = keyof typeof OPENSSH_SUITES;

/** What the image of a version is built with. */
export function opensshBuildArgs(version: OpensshVersion): Readonly<Record<string, string>> {
  return { SUITE: OPENSSH_SUITES[version] };
}

/** Inside the container: see images/openssh/serve.sh. */
const OPENSSH_PORTS = {
  port: 2200,
  rekeyPort: 2201,
  twoStepsPort: 2202,
  gcm128Port: 2210,
  ctr256Port: 2211,
  ctr128Port: 2212,
  chachaPort: 2213,
  mlkemPort: 2214,
} as const;

/** Where an OpenSSH listens. */
export interface OpensshAddress extends Readonly<Record<keyof typeof OPENSSH_PORTS, number>> {
  /** Where other containers find `port`. */
  readonly internal: { readonly host: string; readonly port: number };
  /** What `certified` can show besides its key: one line each. */
  readonly certificates: Readonly<Record<'good' | 'expired' | 'otherAccount', string>>;
}

/** Inside the container: see images/ssh-others/serve.sh. */
const OTHERS_PORTS = { dropbear: 2220, tinyssh: 2221, asyncssh: 2222, asyncsshOdd: 2223 } as const;

/** Where the other servers listen. */
export interface OtherSshAddresses extends Readonly<Record<keyof typeof OTHERS_PORTS, number>> {
  /** TinySSH makes its own host key: one line. */
  readonly tinysshHostKey: string;
}

async function textOf(container: StartedTestContainer, file: string): Promise<string> {
  return (await container.exec(['cat', file])).stdout.trim();
}

const START_TIMEOUT_MS = 60_000;

function sshContainer(image: string, keys: SshKeys): GenericContainer {
  return new GenericContainer(image)
    .withCopyContentToContainer(sshKeyFiles(keys))
    .withAutoRemove(true)
    .withStartupTimeout(START_TIMEOUT_MS);
}

/** Starts an OpenSSH of this version, on all its ports. */
export async function startOpenssh(version: OpensshVersion, keys: SshKeys): Promise<Running<OpensshAddress>> {
  const image = await serverImage('openssh', opensshBuildArgs(version));
  const container = sshContainer(image, keys)
    .withExposedPorts(...Object.values(OPENSSH_PORTS))
    .withWaitStrategy(untilGreeted('SSH-2.0-', OPENSSH_PORTS.port, OPENSSH_PORTS.chachaPort));
  const started = await startContainer(container);
  const [good, expired, otherAccount] = await Promise.all([
    textOf(started, '/etc/fairlead/good-cert.pub'),
    textOf(started, '/etc/fairlead/expired-cert.pub'),
    textOf(started, '/etc/fairlead/otherAccount-cert.pub'),
  ]);
  return running(started, {
    ...mappedPorts(started, OPENSSH_PORTS),
    internal: { host: started.getIpAddress('bridge'), port: OPENSSH_PORTS.port },
    certificates: { good, expired, otherAccount },
  });
}

/** Starts Dropbear, TinySSH and AsyncSSH. */
export async function startOtherSshServers(keys: SshKeys): Promise<Running<OtherSshAddresses>> {
  const container = sshContainer(await serverImage('ssh-others'), keys)
    .withExposedPorts(...Object.values(OTHERS_PORTS))
    .withWaitStrategy(
      untilGreeted('SSH-2.0-', OTHERS_PORTS.dropbear, OTHERS_PORTS.tinyssh, OTHERS_PORTS.asyncsshOdd),
    );
  const started = await startContainer(container);
  const tinysshHostKey = await textOf(started, '/etc/fairlead/tinyssh.pub');
  return running(started, { ...mappedPorts(started, OTHERS_PORTS), tinysshHostKey });
}
