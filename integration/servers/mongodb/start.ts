// The recipe for MongoDB: DocumentDB on PostgreSQL 18 in a container, and gateways in the run's own process that speak
// MongoDB's wire protocol in front of it. The account is in images/documentdb.
import { Wait } from 'testcontainers';
import type { CertificateKind, RunMaterial } from '../../setup/certificates.ts';
import { type Running, serverContainer, startContainer } from '../container.ts';
import { serverImage } from '../image.ts';
import { type JsonServerAddress, startJsonServer } from '../json-server.ts';
import { postgresBuildArgs } from '../postgres.ts';
import { type ProxyAddress, startProxy } from '../proxy.ts';
import { Commands } from './commands.ts';
import { Engine } from './engine.ts';
import { Gateway, type GatewayStats, type Look } from './gateway.ts';
import { startMongodbOracle } from './oracle.ts';
import { Sessions } from './sessions.ts';

const POSTGRES_PORT = 5432;
/** The name of the replica set. */
const SET_NAME = 'fairlead';

/** The listeners, each with a look and counters of its own. All but `open` ask for `app` with `app-password`. */
const LOOKS = {
  plain: { asksForLogin: true },
  open: { asksForLogin: false },
  /** A replica set with one member: it has transactions, and writes that may be sent twice. */
  set: { asksForLogin: true, setName: SET_NAME },
  /** The same, for the tests that plan failures by `configureFailPoint`, or count. */
  failing: { asksForLogin: true, setName: SET_NAME },
  /** Counted by one test file each. */
  counted: { asksForLogin: true },
  pooled: { asksForLogin: true },
  faulty: { asksForLogin: true },
} as const satisfies Readonly<Record<string, Look>>;

type ListenerName = keyof typeof LOOKS;

/** Where the listeners are found, and what they counted. */
export interface MongodbAddress extends Readonly<Record<ListenerName, number>> {
  /** TLS from the first byte. */
  readonly tls: Readonly<Record<CertificateKind, number>>;
  /** The certificate `untrusted`; `CN=app` logs in by MONGODB-X509. */
  readonly x509: number;
  /** A fault proxy in front of `faulty`. */
  readonly faults: ProxyAddress;
  /** `POST` a `MongodbControl`, get the listener's `GatewayStats`. */
  readonly controlUrl: string;
  /** The official driver on Node, to compare our client with. */
  readonly oracle: JsonServerAddress;
}

/** A question to the gateways. */
export interface MongodbControl {
  readonly listener: ListenerName;
  /** Whether to count from nothing, after the answer. */
  readonly clear?: boolean;
}

/** What the image is built on. */
export async function documentdbBuildArgs(): Promise<Readonly<Record<string, string>>> {
  return { BASE: await serverImage('postgres', postgresBuildArgs(18)) };
}

/** Starts the engine and its gateways. */
export async function startMongodb(material: RunMaterial): Promise<Running<MongodbAddress>> {
  const image = await serverContainer('documentdb', material.certificates.good, await documentdbBuildArgs());
  const container = await startContainer(
    image
      .withExposedPorts(POSTGRES_PORT)
      .withWaitStrategy(
        Wait.forSuccessfulCommand('psql -h /tmp -U postgres -c "select documentdb_api.binary_version()"'),
      ),
  );
  const gateways = await startGateways(container.getMappedPort(POSTGRES_PORT), material);
  return {
    at: gateways.at,
    async stop() {
      await gateways.stop();
      await container.stop({ timeout: 0 });
    },
  };
}

async function startGateways(
  postgresPort: number,
  { certificates, trust }: RunMaterial,
): Promise<Running<MongodbAddress>> {
  const engine = new Engine(postgresPort);
  const commands = new Commands(engine, new Sessions(engine));
  const all: Gateway[] = [];
  const listen = (look: Look): Promise<number> => {
    const gateway = new Gateway(engine, commands, look);
    all.push(gateway);
    return gateway.listen();
  };
  const named = {} as Record<ListenerName, number>;
  const byName = new Map<string, Gateway>();
  for (const name of Object.keys(LOOKS) as ListenerName[]) {
    named[name] = await listen(LOOKS[name]);
    byName.set(name, all.at(-1) as Gateway);
  }
  const tls = {} as Record<CertificateKind, number>;
  for (const kind of Object.keys(certificates) as CertificateKind[])
    tls[kind] = await listen({ asksForLogin: true, certificate: certificates[kind] });
  const x509 = await listen({ asksForLogin: true, certificate: certificates.untrusted, clientCa: trust.ca });
  const control = await startJsonServer(
    async ({ listener, clear }: MongodbControl): Promise<GatewayStats> => {
      const gateway = byName.get(listener);
      if (!gateway) throw new Error(`there is no listener ${listener}`);
      const stats = gateway.stats();
      if (clear === true) gateway.clear();
      return stats;
    },
  );
  const oracle = await startMongodbOracle();
  const faults = await startProxy(named.faulty);
  return {
    at: { ...named, tls, x509, faults: faults.at, controlUrl: control.at.url, oracle: oracle.at },
    async stop() {
      for (const each of [control, oracle, faults]) await each.stop();
      for (const gateway of all) await gateway.close();
      await engine.close();
    },
  };
}
