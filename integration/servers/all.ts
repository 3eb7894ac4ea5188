// Starts every server of a run, most kinds once per certificate, all at once; stops what it started if one fails.
import type { CertificateKind, OwnTrust, RunCertificates, RunMaterial } from '../setup/certificates.ts';
import type { Running, Track } from './container.ts';
import { type DemandingServers, startDemandingServers } from './demanding.ts';
import { type DkimVerifierAddress, startDkimVerifier } from './dkim.ts';
import { buildFileServers, type FileServers, startFileServers } from './file-servers.ts';
import { type GopherAddress, type GophernicusAddress, startGophernicus, startPygopherd } from './gopher.ts';
import { serverImage } from './image.ts';
import { buildImapServers, type ImapServers, startNewerImapServers, startOlderImapServers } from './imap.ts';
import { startImapOracle } from './imap-oracle.ts';
import { type ErgoAddress, type InspircdAddress, startErgo, startErgoWithSts, startInspircd } from './irc.ts';
import type { JsonServerAddress } from './json-server.ts';
import { type MailAddress, type PostfixAddress, startMailServer, startPostfix } from './mail.ts';
import { startMiddleman } from './middleman.ts';
import { documentdbBuildArgs, type MongodbAddress, startMongodb } from './mongodb/start.ts';
import { type MosquittoAddress, type MqttAddress, startMosquitto, startRabbitmq } from './mqtt.ts';
import { type MysqlAddress, startMariadb, startMysql } from './mysql.ts';
import { type MysqlOracleAddress, startMysqlOracle } from './mysql-oracle.ts';
import { type PgbouncerAddress, startPgbouncer } from './pgbouncer.ts';
import { type PostgresAddress, type PostgresVersion, postgresBuildArgs, startPostgres } from './postgres.ts';
import { type PostgresOracleAddress, startPostgresOracle } from './postgres-oracle.ts';
import { type ProxyAddress, startProxy } from './proxy.ts';
import { type RedisAddress, startRedis } from './redis.ts';
import { type RestartableServers, startRestartablePostgres, startRestartableRedis } from './restartable.ts';
import { startWiretap, type WiretapAddress } from './wiretap.ts';

/** Where the servers of a run listen, all on localhost. */
export interface Servers extends FileServers {
  /** PostgreSQL 17. */
  readonly postgres: Readonly<Record<CertificateKind, PostgresAddress>>;
  /** With the good certificate. */
  readonly postgresVersions: Readonly<Record<PostgresVersion, PostgresAddress>>;
  /** For one test file to crash and to shut down. */
  readonly postgresFleeting: PostgresAddress;
  /** For one test file to look at all of a server's state, which nobody else may change. */
  readonly postgresFence: PostgresAddress;
  /** What clients with TLS of their own trust and show. */
  readonly trust: OwnTrust;
  /** They demand certificates of their clients. */
  readonly demanding: DemandingServers;
  /** Somebody in front of the PostgreSQL 17 that shows `untrusted`, with a certificate of the same authority. */
  readonly middleman: number;
  /** For one test file at a time to kill and start again. */
  readonly restartable: RestartableServers;
  /** In front of the PostgreSQL 17 with the good certificate. */
  readonly pgbouncer: PgbouncerAddress;
  /** pg and postgres on Node, to compare our client with. */
  readonly postgresOracle: PostgresOracleAddress;
  readonly redis: Readonly<Record<CertificateKind, RedisAddress>>;
  /** One that knows RESP2 alone, as before Redis 6. */
  readonly redisWithoutHello: RedisAddress;
  /** With the good certificate: what the others are good for, MariaDB's show. */
  readonly mysql: MysqlAddress;
  readonly mariadb: Readonly<Record<CertificateKind, MysqlAddress>>;
  /** mysql2 on Node, to compare our client with. */
  readonly mysqlOracle: MysqlOracleAddress;
  /** DocumentDB behind gateways; with the official driver on Node, to compare our client with. */
  readonly mongodb: MongodbAddress;
  readonly mosquitto: Readonly<Record<CertificateKind, MosquittoAddress>>;
  /** One that takes packets of 4,096 bytes at most, and those without a name. */
  readonly mosquittoSmall: MosquittoAddress;
  readonly rabbitmq: MqttAddress;
  /** Postfix, Ergo and Gophernicus show the certificates that must be refused on ports of their own. */
  readonly postfix: PostfixAddress;
  readonly opensmtpd: MailAddress;
  readonly exim: MailAddress;
  readonly ergo: ErgoAddress;
  /** One that sends everybody to its TLS port, by the capability `sts`. */
  readonly ergoWithSts: ErgoAddress;
  readonly inspircd: InspircdAddress;
  readonly pygopherd: GopherAddress;
  readonly gophernicus: GophernicusAddress;
  /** Mailboxes that are filled; Courier shows the certificates that must be refused. */
  readonly imap: ImapServers;
  /** imapflow on Node, to compare our client with. */
  readonly imapOracle: JsonServerAddress;
  /** Checks signatures of mails. */
  readonly dkimVerifier: DkimVerifierAddress;
  /**
   * In front of the plain ports of the servers with the good certificate. A plan holds for a whole proxy, and test
   * files run side by side: each file that plans faults has a proxy of its own.
   */
  readonly proxies: Readonly<Record<ProxyName, ProxyAddress>>;
  /** In front of plain ports, which STARTTLS makes safe where the server has it: `smtpWithoutTls` has not. */
  readonly wiretaps: Readonly<Record<WiretapName, WiretapAddress>>;
}

/** The proxies: by the server behind them, and the test file where a server has more than one. */
type ProxyName =
  | 'postgres'
  | 'postgresFaults'
  | 'postgresRoundTrips'
  | 'pgbouncerRoundTrips'
  | 'tlsRoundTrips'
  | 'gatewayPostgres'
  | 'redis'
  | 'mysql'
  | 'mariadb'
  | 'gatewayMysql'
  | 'mosquitto'
  | 'rabbitmq'
  | 'mqttPublisher'
  | 'mqttSubscriber'
  | 'gatewayMosquitto'
  | 'gatewayMosquittoSocket'
  | 'smtp'
  | 'ssh'
  | 'irc'
  | 'gopher'
  | 'gatewayGopher'
  | 'imap'
  | 'imapFaults'
  | 'gatewayImap';

/** The wiretaps: by the server behind them. */
type WiretapName = 'mysql' | 'mariadb' | 'smtp' | 'smtpWithoutTls' | 'inspircd' | 'ergoWithSts';

/** The folders under images/ that make one image each. */
const SERVERS = [
  'pgbouncer',
  'redis',
  'mysql',
  'mariadb',
  'mosquitto',
  'rabbitmq',
  'postfix',
  'opensmtpd',
  'exim',
  'ergo',
  'inspircd',
  'pygopherd',
  'gophernicus',
];

/** The servers of a run, and the way to end them. */
export interface RunningServers {
  readonly servers: Servers;
  stop(): Promise<void>;
}

/** One server for each certificate, all started at once. */
async function forEachCertificate<T>(
  certificates: RunCertificates,
  start: (certificate: RunCertificates[CertificateKind]) => Promise<T>,
): Promise<Record<CertificateKind, T>> {
  const [good, otherName, expired, untrusted] = await Promise.all([
    start(certificates.good),
    start(certificates.otherName),
    start(certificates.expired),
    start(certificates.untrusted),
  ]);
  return { good, otherName, expired, untrusted };
}

/** PostgreSQL in all its versions, and PgBouncer, which has to be told where the server is. */
async function startPostgresServers(certificates: RunCertificates, track: Track) {
  const { good } = certificates;
  const [postgres, fifteen, eighteen, postgresFleeting, postgresFence] = await Promise.all([
    forEachCertificate(certificates, (certificate) => track(startPostgres(certificate))),
    track(startPostgres(good, 15)),
    track(startPostgres(good, 18)),
    track(startPostgres(good)),
    track(startPostgres(good)),
  ]);
  const pgbouncer = await track(startPgbouncer(good, postgres.good));
  const postgresVersions = { 15: fifteen, 17: postgres.good, 18: eighteen };
  return { postgres, postgresVersions, postgresFleeting, postgresFence, pgbouncer };
}

async function startDatabasesAndBrokers(material: RunMaterial, track: Track) {
  const { certificates } = material;
  const { good } = certificates;
  // The slowest first: they set how long the start of all takes.
  const [
    rabbitmq,
    mongodb,
    mysql,
    postgresServers,
    redis,
    redisWithoutHello,
    mariadb,
    mosquitto,
    mosquittoSmall,
  ] = await Promise.all([
    track(startRabbitmq(good)),
    track(startMongodb(material)),
    track(startMysql(good)),
    startPostgresServers(certificates, track),
    forEachCertificate(certificates, (certificate) => track(startRedis(certificate))),
    track(startRedis(good, ['--rename-command', 'HELLO', ''])),
    forEachCertificate(certificates, (certificate) => track(startMariadb(certificate))),
    forEachCertificate(certificates, (certificate) => track(startMosquitto(certificate))),
    track(startMosquitto(good, ['max_packet_size 4096', 'allow_anonymous true'])),
  ]);
  return {
    rabbitmq,
    mongodb,
    mysql,
    ...postgresServers,
    redis,
    redisWithoutHello,
    mariadb,
    mosquitto,
    mosquittoSmall,
  };
}

/** Mail to send and to read, IRC and Gopher: they start in no time. */
async function startLineServers(certificates: RunCertificates, track: Track) {
  const { good } = certificates;
  const [older, newer, postfix, opensmtpd, exim, ergo, ergoWithSts, inspircd, pygopherd, gophernicus] =
    await Promise.all([
      track(startOlderImapServers(certificates)),
      track(startNewerImapServers(certificates)),
      track(startPostfix(certificates)),
      track(startMailServer('opensmtpd', good)),
      track(startMailServer('exim', good)),
      track(startErgo(certificates)),
      track(startErgoWithSts(certificates)),
      track(startInspircd(good)),
      track(startPygopherd(good)),
      track(startGophernicus(certificates)),
    ]);
  return {
    imap: { ...older, ...newer },
    postfix,
    opensmtpd,
    exim,
    ergo,
    ergoWithSts,
    inspircd,
    pygopherd,
    gophernicus,
  };
}

async function startContainers(material: RunMaterial, track: Track) {
  const { certificates } = material;
  const { good } = certificates;
  const [databasesAndBrokers, fileServers, lineServers, demanding, postgres, redis] = await Promise.all([
    startDatabasesAndBrokers(material, track),
    startFileServers(certificates, track),
    startLineServers(certificates, track),
    startDemandingServers(material, track),
    track(startRestartablePostgres(good)),
    track(startRestartableRedis(good)),
  ]);
  return {
    ...databasesAndBrokers,
    ...fileServers,
    ...lineServers,
    demanding,
    restartable: { postgres, redis },
  };
}

type Containers = Awaited<ReturnType<typeof startContainers>>;

async function startProxies(at: Containers, track: Track): Promise<Servers['proxies']> {
  const proxy = (port: number) => track(startProxy(port));
  const mosquitto = at.mosquitto.good.plainPort;
  return {
    postgres: await proxy(at.postgres.good.port),
    postgresFaults: await proxy(at.postgres.good.port),
    postgresRoundTrips: await proxy(at.postgresVersions[18].port),
    pgbouncerRoundTrips: await proxy(at.pgbouncer.port),
    tlsRoundTrips: await proxy(at.postgresVersions[18].port),
    gatewayPostgres: await proxy(at.postgres.good.port),
    redis: await proxy(at.redis.good.plainPort),
    mysql: await proxy(at.mysql.port),
    mariadb: await proxy(at.mariadb.good.port),
    gatewayMysql: await proxy(at.mysql.port),
    mosquitto: await proxy(mosquitto),
    rabbitmq: await proxy(at.rabbitmq.plainPort),
    mqttPublisher: await proxy(mosquitto),
    mqttSubscriber: await proxy(mosquitto),
    gatewayMosquitto: await proxy(mosquitto),
    gatewayMosquittoSocket: await proxy(mosquitto),
    smtp: await proxy(at.postfix.plainPort),
    ssh: await proxy(at.openssh['10.0'].port),
    irc: await proxy(at.ergo.plainPort),
    gopher: await proxy(at.pygopherd.plainPort),
    gatewayGopher: await proxy(at.pygopherd.plainPort),
    imap: await proxy(at.imap['Dovecot 2.4'].clear),
    imapFaults: await proxy(at.imap['Dovecot 2.4'].clear),
    gatewayImap: await proxy(at.imap['Dovecot 2.4'].clear),
  };
}

async function startWiretaps(at: Containers, track: Track): Promise<Servers['wiretaps']> {
  const wiretap = (port: number) => track(startWiretap(port));
  return {
    mysql: await wiretap(at.mysql.port),
    mariadb: await wiretap(at.mariadb.good.port),
    smtp: await wiretap(at.postfix.port),
    smtpWithoutTls: await wiretap(at.postfix.plainPort),
    inspircd: await wiretap(at.inspircd.passwordPort),
    ergoWithSts: await wiretap(at.ergoWithSts.plainPort),
  };
}

/**
 * Starts all servers.
 * @throws The first failure, once those that did start are stopped again.
 */
export async function startServers(material: RunMaterial): Promise<RunningServers> {
  // Before the first start: several builds of one image at once would only compete.
  for (const server of SERVERS) await serverImage(server);
  for (const version of [15, 17, 18] as const) await serverImage('postgres', postgresBuildArgs(version));
  await serverImage('documentdb', await documentdbBuildArgs());
  await buildFileServers();
  await buildImapServers();

  const starts: Promise<Running<unknown>>[] = [];
  const stop = async () => {
    const settled = await Promise.allSettled(starts);
    await Promise.all(
      settled.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)),
    );
  };
  const track: Track = async (start) => {
    starts.push(start);
    return (await start).at;
  };
  try {
    const containers = await startContainers(material, track);
    const proxies = await startProxies(containers, track);
    const wiretaps = await startWiretaps(containers, track);
    const { trust } = material;
    const middleman = await track(startMiddleman(containers.postgres.untrusted.port, material.middleman));
    const dkimVerifier = await track(startDkimVerifier());
    const mysqlOracle = await track(startMysqlOracle());
    const postgresOracle = await track(startPostgresOracle());
    const imapOracle = await track(startImapOracle());
    const oracles = { dkimVerifier, mysqlOracle, postgresOracle, imapOracle };
    return { servers: { ...containers, trust, middleman, proxies, wiretaps, ...oracles }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
