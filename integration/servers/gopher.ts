// The recipes for Pygopherd 3.0 (Gopher+) and Gophernicus 3.1. What they serve is made by tree.sh in images/.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import type { RunCertificates } from '../setup/certificates.ts';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { mappedPorts, type RefusedPorts, withRefusedCertificates } from './refused.ts';

const PORT = 70;
/** Gophernicus alone, by stunnel. */
const TLS_PORT = 7070;
const REFUSED_PORTS: RefusedPorts = { otherName: 7071, expired: 7072, untrusted: 7073 };

/** Answers with a menu. */
const PROBE = `bash -c 'exec 3<> /dev/tcp/127.0.0.1/${PORT} && echo >&3 && read -r -t 5 line <&3'`;

/** Where a Gopher server listens. Pygopherd's one port does both. */
export interface GopherAddress {
  readonly plainPort: number;
  readonly tlsPort: number;
}

/** Gophernicus shows bad certificates too. */
export interface GophernicusAddress extends GopherAddress {
  readonly refusedPorts: RefusedPorts;
}

/** Starts a Pygopherd. */
export async function startPygopherd(certificate: KeyAndCertificate): Promise<Running<GopherAddress>> {
  const container = (await serverContainer('pygopherd', certificate))
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  const port = started.getMappedPort(PORT);
  return running(started, { plainPort: port, tlsPort: port });
}

/** Starts a Gophernicus. */
export async function startGophernicus(certificates: RunCertificates): Promise<Running<GophernicusAddress>> {
  const bare = await serverContainer('gophernicus', certificates.good);
  const container = withRefusedCertificates(bare, certificates, REFUSED_PORTS)
    .withExposedPorts(PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
    refusedPorts: mappedPorts(started, REFUSED_PORTS),
  });
}
