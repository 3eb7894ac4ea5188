// The recipes for Dovecot 2.3 and 2.4, Cyrus 3.12 and Courier 5, two servers in each of two images. Their mailboxes are filled while
// the images are built (images/imap/fill.pl).
import { Wait } from 'testcontainers';
import type { RunCertificates } from '../setup/certificates.ts';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { serverImage } from './image.ts';
import { mappedPorts } from './ports.ts';
import { mappedPorts as mappedRefusedPorts, type RefusedPorts, withRefusedCertificates } from './refused.ts';

/** Debian's suites, by the servers that are taken from each. */
const SUITES = { older: 'bookworm', newer: 'sid' } as const;

const DOVECOT_PORTS = { clear: 143, implicit: 993 } as const;
const COURIER_PORTS = { clear: 1143, implicit: 4993 } as const;
const CYRUS_PORTS = { clear: 2143, implicit: 2993 } as const;
/** Cyrus again, with logins in clear. */
const CYRUS_UNPROTECTED_PORT = 3143;
/** Courier's, with TLS from the first byte. */
const REFUSED_PORTS: RefusedPorts = { otherName: 5993, expired: 6993, untrusted: 7993 };

/** Where an IMAP server listens. */
interface ImapPorts {
  /** STARTTLS. Dovecot 2.4 and Courier also take logins in clear there. */
  readonly clear: number;
  /** TLS from the first byte. */
  readonly implicit: number;
}

/** Where they all listen. */
export interface ImapServers {
  readonly 'Dovecot 2.3': ImapPorts;
  readonly 'Dovecot 2.4': ImapPorts;
  readonly 'Cyrus 3.12': ImapPorts & { readonly unprotected: number };
  readonly 'Courier 5': ImapPorts & { readonly refused: RefusedPorts };
}

/** Builds both images, one after the other. */
export async function buildImapServers(): Promise<void> {
  for (const SUITE of Object.values(SUITES)) await serverImage('imap', { SUITE });
}

/** Greets with `* OK` on all of them. */
function untilGreeted(...ports: readonly number[]) {
  const greeted = (port: number) =>
    `exec 3<> /dev/tcp/127.0.0.1/${port} && read -r -t 5 line <&3 && [[ $line == "* OK"* ]]`;
  return Wait.forSuccessfulCommand(`bash -c '${ports.map(greeted).join(' && ')}'`);
}

/** Starts Dovecot 2.3 and Courier, in one container. */
export async function startOlderImapServers(
  certificates: RunCertificates,
): Promise<Running<Pick<ImapServers, 'Dovecot 2.3' | 'Courier 5'>>> {
  const bare = await serverContainer('imap', certificates.good, { SUITE: SUITES.older });
  const container = withRefusedCertificates(bare, certificates, REFUSED_PORTS)
    .withExposedPorts(...Object.values(DOVECOT_PORTS), ...Object.values(COURIER_PORTS))
    .withWaitStrategy(untilGreeted(DOVECOT_PORTS.clear, COURIER_PORTS.clear));
  const started = await startContainer(container);
  const refused = mappedRefusedPorts(started, REFUSED_PORTS);
  return running(started, {
    'Dovecot 2.3': mappedPorts(started, DOVECOT_PORTS),
    'Courier 5': { ...mappedPorts(started, COURIER_PORTS), refused },
  });
}

/** Starts Dovecot 2.4 and Cyrus, in one container. */
export async function startNewerImapServers({
  good,
}: RunCertificates): Promise<Running<Pick<ImapServers, 'Dovecot 2.4' | 'Cyrus 3.12'>>> {
  const container = (await serverContainer('imap', good, { SUITE: SUITES.newer }))
    .withExposedPorts(...Object.values(DOVECOT_PORTS), ...Object.values(CYRUS_PORTS), CYRUS_UNPROTECTED_PORT)
    .withWaitStrategy(untilGreeted(DOVECOT_PORTS.clear, CYRUS_PORTS.clear));
  const started = await startContainer(container);
  return running(started, {
    'Dovecot 2.4': mappedPorts(started, DOVECOT_PORTS),
    'Cyrus 3.12': {
      ...mappedPorts(started, CYRUS_PORTS),
      unprotected: started.getMappedPort(CYRUS_UNPROTECTED_PORT),
    },
  });
}
