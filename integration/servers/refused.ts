// The certificates that must be refused, copied into a container whose server shows each on a port of its own.
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import type { CertificateKind, RunCertificates } from '../setup/certificates.ts';

/** What is wrong with a certificate. */
type RefusedKind = Exclude<CertificateKind, 'good'>;

/** The ports of one server, by the certificate that is shown there. */
export type RefusedPorts = Readonly<Record<RefusedKind, number>>;

const KINDS: readonly RefusedKind[] = ['otherName', 'expired', 'untrusted'];

/** Adds `/etc/fairlead/<kind>.pem` and `.key` for each of them, and exposes `ports`. */
export function withRefusedCertificates(
  container: GenericContainer,
  certificates: RunCertificates,
  ports: RefusedPorts,
): GenericContainer {
  const files = KINDS.flatMap((kind) => [
    { content: certificates[kind].cert, target: `/etc/fairlead/${kind}.pem` },
    { content: certificates[kind].key, target: `/etc/fairlead/${kind}.key` },
  ]);
  return container.withCopyContentToContainer(files).withExposedPorts(...KINDS.map((kind) => ports[kind]));
}

/** Where `ports` are found from outside. */
export function mappedPorts(started: StartedTestContainer, ports: RefusedPorts): RefusedPorts {
  return {
    otherName: started.getMappedPort(ports.otherName),
    expired: started.getMappedPort(ports.expired),
    untrusted: started.getMappedPort(ports.untrusted),
  };
}
