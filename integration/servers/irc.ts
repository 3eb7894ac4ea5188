// The recipes for Ergo 2.15 and InspIRCd 4.7. Their accounts are in images/.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { type StartedTestContainer, Wait } from 'testcontainers';
import type { RunCertificates } from '../setup/certificates.ts';
import { SetupError } from '../setup/command.ts';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { mappedPorts, type RefusedPorts, withRefusedCertificates } from './refused.ts';

const PLAIN_PORT = 6667;
/** InspIRCd alone: asks everybody for a password. */
const PASSWORD_PORT = 6668;
const TLS_PORT = 6697;
/** Ergo alone: TLS with certificates that must be refused. */
const REFUSED_PORTS: RefusedPorts = { otherName: 6698, expired: 6699, untrusted: 6700 };

/** Says what it can. */
const PROBE = `bash -c 'exec 3<> /dev/tcp/127.0.0.1/${PLAIN_PORT} && echo "CAP LS" >&3 && read -r -t 5 line <&3 && [[ $line == *CAP* ]]'`;

/** Says that it demands TLS. */
const STS_PROBE = `bash -c 'exec 3<> /dev/tcp/127.0.0.1/${PLAIN_PORT} && echo "CAP LS 302" >&3 && while read -r -t 1 line <&3; do [[ $line == *sts=* ]] && exit 0; done; exit 1'`;
const STS_WITHIN_MS = 15_000;

/** Where an IRC server listens. */
interface IrcAddress {
  readonly plainPort: number;
  readonly tlsPort: number;
}

/** Ergo shows bad certificates too. */
export interface ErgoAddress extends IrcAddress {
  readonly refusedPorts: RefusedPorts;
}

/** InspIRCd's plain port also does STARTTLS. */
export interface InspircdAddress extends IrcAddress {
  readonly passwordPort: number;
}

/** Starts an Ergo. */
export async function startErgo(certificates: RunCertificates): Promise<Running<ErgoAddress>> {
  const [, ergo] = await ergoContainer(certificates);
  return ergo;
}

async function ergoContainer(
  certificates: RunCertificates,
): Promise<[StartedTestContainer, Running<ErgoAddress>]> {
  const bare = await serverContainer('ergo', certificates.good);
  const container = withRefusedCertificates(bare, certificates, REFUSED_PORTS)
    .withExposedPorts(PLAIN_PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  const at = {
    plainPort: started.getMappedPort(PLAIN_PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
    refusedPorts: mappedPorts(started, REFUSED_PORTS),
  };
  return [started, running(started, at)];
}

/** Starts an Ergo that sends everybody to its TLS port, by the capability `sts`. */
export async function startErgoWithSts(certificates: RunCertificates): Promise<Running<ErgoAddress>> {
  const [started, ergo] = await ergoContainer(certificates);
  const probe = ['sh', '-c', STS_PROBE];
  await started.exec(['sh', '/opt/fairlead/sts.sh', String(ergo.at.tlsPort)]);
  const deadline = Date.now() + STS_WITHIN_MS;
  while ((await started.exec(probe)).exitCode !== 0) {
    if (Date.now() > deadline) {
      await ergo.stop();
      throw new SetupError('Ergo does not come to demand TLS');
    }
  }
  return ergo;
}

/** Starts an InspIRCd. */
export async function startInspircd(certificate: KeyAndCertificate): Promise<Running<InspircdAddress>> {
  const container = (await serverContainer('inspircd', certificate))
    .withExposedPorts(PLAIN_PORT, PASSWORD_PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(PLAIN_PORT),
    passwordPort: started.getMappedPort(PASSWORD_PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
  });
}
