// The recipes for Postfix 3.10, OpenSMTPD 7.6 and Exim 4.98: submission servers that show over HTTP what they were given.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import type { RunCertificates } from '../setup/certificates.ts';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import { mappedPorts, type RefusedPorts, withRefusedCertificates } from './refused.ts';

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
/** Postfix alone: no TLS, and AUTH in clear. */
const PLAIN_PORT = 2525;
const MAILBOX_PORT = 8025;
/** Postfix alone: STARTTLS with certificates that must be refused. */
const REFUSED_PORTS: RefusedPorts = { otherName: 1587, expired: 2587, untrusted: 3587 };

/** Greets with 220. */
const PROBE = `bash -c 'exec 3<> /dev/tcp/127.0.0.1/${SUBMISSION_PORT} && read -r -t 5 line <&3 && [[ $line == 220* ]]'`;

/** Where a mail server listens. */
export interface MailAddress {
  /** STARTTLS. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** HTTP: `GET /<recipient>` answers with the last message that came for that recipient, and 404 before it. */
  readonly mailboxUrl: string;
}

/** Postfix listens on more. */
export interface PostfixAddress extends MailAddress {
  readonly plainPort: number;
  readonly refusedPorts: RefusedPorts;
  /** Where other containers find the plain port. */
  readonly internal: { readonly host: string; readonly port: number };
}

/** Starts a Postfix, with Dovecot for its logins. */
export async function startPostfix(certificates: RunCertificates): Promise<Running<PostfixAddress>> {
  const bare = await serverContainer('postfix', certificates.good);
  const container = withRefusedCertificates(bare, certificates, REFUSED_PORTS)
    .withExposedPorts(SUBMISSION_PORT, SUBMISSIONS_PORT, PLAIN_PORT, MAILBOX_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  return running(started, {
    ...addressOf((port) => started.getMappedPort(port)),
    plainPort: started.getMappedPort(PLAIN_PORT),
    refusedPorts: mappedPorts(started, REFUSED_PORTS),
    internal: { host: started.getIpAddress('bridge'), port: PLAIN_PORT },
  });
}

/** Starts an OpenSMTPD or an Exim. */
export async function startMailServer(
  server: 'opensmtpd' | 'exim',
  certificate: KeyAndCertificate,
): Promise<Running<MailAddress>> {
  const container = (await serverContainer(server, certificate))
    .withExposedPorts(SUBMISSION_PORT, SUBMISSIONS_PORT, MAILBOX_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(PROBE));
  const started = await startContainer(container);
  return running(
    started,
    addressOf((port) => started.getMappedPort(port)),
  );
}

function addressOf(mapped: (port: number) => number): MailAddress {
  return {
    port: mapped(SUBMISSION_PORT),
    tlsPort: mapped(SUBMISSIONS_PORT),
    mailboxUrl: `http://localhost:${mapped(MAILBOX_PORT)}`,
  };
}
