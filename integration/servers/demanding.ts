// The recipes for servers that demand a certificate of their clients, and show the certificate `untrusted`: Postgres 17, MySQL,
// MariaDB, Redis, Mosquitto, Postfix and Dovecot 2.3. Their accounts are those of the others of their kind, and what is said here.
// Postgres, MariaDB and Redis speak TLS 1.2 alone, MySQL TLS 1.3 alone.
import { type GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import type { RunMaterial } from '../setup/certificates.ts';
import { SetupError } from '../setup/command.ts';
import { type Running, running, serverContainer, startContainer, type Track } from './container.ts';
import { startVsftpd } from './ftp.ts';
import type { BuildArgs } from './image.ts';
import { postgresBuildArgs, untilPostgresAnswers } from './postgres.ts';
import { withRefusedCertificates } from './refused.ts';

/** Where servers listen that demand a certificate. */
export interface DemandingServers {
  /**
   * `scram` logs in by its certificate alone; `single` also needs its password, and a certificate for that name; `tlsonly` its
   * password, and a certificate for any name.
   */
  readonly postgres: number;
  /** `certified` / `certified-password`: any certificate; `subject` / `subject-password`: that of `CN=app`. */
  readonly mysql: number;
  readonly mariadb: number;
  /** Who has no certificate does not come in. */
  readonly redis: number;
  /** The certificate's common name is the user. */
  readonly mosquitto: number;
  /** STARTTLS. Who has no certificate does not come in; who has one stands in the header Received. */
  readonly postfix: { readonly port: number; readonly mailboxUrl: string };
  /** TLS from the first byte. EXTERNAL: the certificate's common name is the user. */
  readonly dovecot: number;
  /** Data connections must resume the session of their control connection. TLS 1.2 alone, with the certificate `good`. */
  readonly vsftpd: number;
}

const CLIENTS_CA = '/etc/fairlead/clients.pem';
const EXTRA_LISTENER_PORT = 8884;

const HBA = [
  'hostssl all scram all cert',
  'hostssl all single all scram-sha-256 clientcert=verify-full',
  'hostssl all tlsonly all scram-sha-256 clientcert=verify-ca',
];
const MOSQUITTO = [
  `listener ${EXTRA_LISTENER_PORT}`,
  'certfile /srv/mosquitto/server.pem',
  'keyfile /srv/mosquitto/server.key',
  `cafile ${CLIENTS_CA}`,
  'require_certificate true',
  'use_identity_as_username true',
];
const POSTFIX = [
  `smtpd_tls_CAfile=${CLIENTS_CA}`,
  'smtpd_tls_security_level=encrypt',
  'smtpd_tls_ask_ccert=yes',
  'smtpd_tls_req_ccert=yes',
];
const DOVECOT = [
  `ssl_ca = <${CLIENTS_CA}`,
  'ssl_verify_client_cert = yes',
  'ssl_require_crl = no',
  'auth_ssl_username_from_cert = yes',
  'auth_mechanisms = plain external',
  'passdb {',
  '  driver = static',
  '  mechanisms = external',
  '  args = nopassword=y',
  '}',
];
const ACCOUNTS = [
  "CREATE USER certified IDENTIFIED BY 'certified-password' REQUIRE X509",
  "CREATE USER subject IDENTIFIED BY 'subject-password' REQUIRE SUBJECT '/CN=app'",
  'GRANT SELECT ON fairlead.* TO certified, subject',
].join('; ');

const START = 'exec sh /opt/fairlead/start.sh';
const written = (lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `"${line}"`).join(' ')}`;

/** A container with the authority of clients in place. */
async function container(
  server: string,
  { certificates, trust }: RunMaterial,
  buildArgs?: BuildArgs,
): Promise<GenericContainer> {
  const bare = await serverContainer(server, certificates.untrusted, buildArgs);
  return bare.withCopyContentToContainer([{ content: trust.ca, target: CLIENTS_CA, mode: 0o644 }]);
}

const shell = (...commands: readonly string[]): string[] => ['sh', '-c', commands.join(' && ')];

async function startPostgres(material: RunMaterial): Promise<Running<number>> {
  const started = await startContainer(
    (await container('postgres', material, postgresBuildArgs(17)))
      .withCommand(
        shell(
          `${written(HBA)} > /tmp/hba && cat /srv/postgres/pg_hba.conf >> /tmp/hba && cat /tmp/hba > /srv/postgres/pg_hba.conf`,
          `printf "ssl_ca_file = '${CLIENTS_CA}'\\nssl_max_protocol_version = 'TLSv1.2'\\n" >> /srv/postgres/postgresql.conf`,
          START,
        ),
      )
      .withExposedPorts(5432)
      .withWaitStrategy(untilPostgresAnswers()),
  );
  return running(started, started.getMappedPort(5432));
}

async function startMysqlServer(
  server: 'mysql' | 'mariadb',
  material: RunMaterial,
): Promise<Running<number>> {
  const [config, client, version] =
    server === 'mysql'
      ? ['mysqld', 'mysql --ssl-mode=REQUIRED', 'TLSv1.3']
      : ['mariadbd', 'mariadb --ssl --disable-ssl-verify-server-cert', 'TLSv1.2'];
  const login = `${client} -h 127.0.0.1 -u overlord -poverlord-password`;
  const started = await startContainer(
    (await container(server, material))
      .withCommand(
        shell(
          `printf 'ssl_ca = ${CLIENTS_CA}\\ntls_version = ${version}\\n' >> /opt/fairlead/${config}.cnf`,
          START,
        ),
      )
      .withExposedPorts(3306)
      .withWaitStrategy(Wait.forSuccessfulCommand(`${login} -e 'select 1'`)),
  );
  await execute(started, `${login} -e "${ACCOUNTS}"`);
  return running(started, started.getMappedPort(3306));
}

/** @throws SetupError with what the command said. */
async function execute(started: StartedTestContainer, command: string): Promise<void> {
  const { exitCode, output } = await started.exec(['sh', '-c', command]);
  if (exitCode !== 0) throw new SetupError(`A server could not be prepared: ${output.trim()}`);
}

async function startRedis(material: RunMaterial): Promise<Running<number>> {
  const demand = [
    '--tls-ca-cert-file',
    CLIENTS_CA,
    '--tls-auth-clients',
    'yes',
    '--tls-protocols',
    'TLSv1.2',
  ];
  const started = await startContainer(
    (await container('redis', material))
      .withCommand(['sh', '/opt/fairlead/start.sh', ...demand])
      .withExposedPorts(6380)
      .withWaitStrategy(Wait.forSuccessfulCommand('redis-cli --no-auth-warning -a default-password ping')),
  );
  return running(started, started.getMappedPort(6380));
}

async function startMosquitto(material: RunMaterial): Promise<Running<number>> {
  const started = await startContainer(
    (await container('mosquitto', material))
      .withCommand(['sh', '/opt/fairlead/start.sh', ...MOSQUITTO])
      .withExposedPorts(EXTRA_LISTENER_PORT)
      .withWaitStrategy(Wait.forSuccessfulCommand('mosquitto_pub -u app -P app-password -q 1 -t probe -n')),
  );
  return running(started, started.getMappedPort(EXTRA_LISTENER_PORT));
}

async function startPostfix(material: RunMaterial): Promise<Running<DemandingServers['postfix']>> {
  const bare = await container('postfix', material);
  const ports = { otherName: 1587, expired: 2587, untrusted: 3587 };
  const started = await startContainer(
    withRefusedCertificates(bare, material.certificates, ports)
      .withCommand(shell(`postconf -e ${POSTFIX.join(' ')}`, START))
      .withExposedPorts(587, 8025)
      .withWaitStrategy(untilGreeted(587, '220')),
  );
  const mailboxUrl = `http://localhost:${started.getMappedPort(8025)}`;
  return running(started, { port: started.getMappedPort(587), mailboxUrl });
}

async function startDovecot(material: RunMaterial): Promise<Running<number>> {
  const bare = await container('imap', material, { SUITE: 'bookworm' });
  const ports = { otherName: 5993, expired: 6993, untrusted: 7993 };
  const started = await startContainer(
    withRefusedCertificates(bare, material.certificates, ports)
      .withCommand(shell(`${written(DOVECOT)} >> /opt/fairlead/dovecot-2.3.conf`, START))
      .withExposedPorts(993)
      .withWaitStrategy(untilGreeted(143, '"* OK"')),
  );
  return running(started, started.getMappedPort(993));
}

function untilGreeted(port: number, greeting: string) {
  const read = `exec 3<> /dev/tcp/127.0.0.1/${port} && read -r -t 5 line <&3 && [[ $line == ${greeting}* ]]`;
  return Wait.forSuccessfulCommand(`bash -c '${read}'`);
}

/** Starts all of them at once. */
export async function startDemandingServers(material: RunMaterial, track: Track): Promise<DemandingServers> {
  const [mysql, mariadb, postgres, redis, mosquitto, postfix, dovecot, vsftpd] = await Promise.all([
    track(startMysqlServer('mysql', material)),
    track(startMysqlServer('mariadb', material)),
    track(startPostgres(material)),
    track(startRedis(material)),
    track(startMosquitto(material)),
    track(startPostfix(material)),
    track(startDovecot(material)),
    track(startVsftpd('3.0.5', material.certificates.good, 'TLSv1.2')),
  ]);
  return {
    postgres,
    mysql,
    mariadb,
    redis,
    mosquitto,
    postfix,
    dovecot,
    vsftpd: vsftpd.explicitWithReuse,
  };
}
