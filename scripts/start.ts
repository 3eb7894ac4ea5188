// `npm start`: the gateway with a Postgres, a Redis, an MQTT broker, a mail server and a Gopher hole to talk to, on this machine
// alone. Nothing is kept after it ends, and no mail is delivered.
import { buildPackages } from './src/start/build.ts';
import { assertFree, HOST, startGateway } from './src/start/gateway.ts';
import { startGopher } from './src/start/gopher.ts';
import type { RunningServer } from './src/start/local-server.ts';
import { Mailbox } from './src/start/mail/mailbox.ts';
import { startMailPage } from './src/start/mail/page.ts';
import { startSmtp } from './src/start/mail/smtp.ts';
import { startMqtt } from './src/start/mqtt.ts';
import { startPostgres } from './src/start/postgres.ts';
import { startRedis } from './src/start/redis/server.ts';

const TOKEN = 'dev';
const stops: (() => Promise<void>)[] = [];
let stopping = false;

/** Stops what was started, last first, within five seconds. A second signal changes nothing: npm sends one of its own. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(exitCode), 5000);
  for (const each of stops.reverse()) await each().catch(() => {});
  process.exit(exitCode);
}

/** Miniflare would end the process by itself, with code 130: the handlers that it has added are taken off. */
function handleSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => void stop(0));
  }
}

function portFromEnvironment(): number {
  const text = process.env.PORT ?? '8787';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw new Error(`PORT must be a number from 1 to 65535, and it is "${text}"`);
  return port;
}

async function start(): Promise<void> {
  const port = portFromEnvironment();
  await assertFree(port);
  console.log('Building ...');
  buildPackages();
  console.log('Starting Postgres, Redis, MQTT, SMTP, Gopher and the gateway ...');
  const { connections, inbox } = await startServers();
  const gateway = await startGateway(port, {
    FAIRLEAD_CONNECTIONS: connections,
    FAIRLEAD_TOKENS: [{ name: 'local', token: TOKEN, scopes: ['*'] }],
  });
  stops.push(gateway.stop);
  handleSignals();
  console.log(greeting(gateway.url, inbox, connections));
}

interface Connections {
  readonly main: { readonly url: string; readonly pool: object };
  readonly cache: string;
  readonly bus: { readonly url: string; readonly protocolVersion: number };
  readonly mail: { readonly url: string; readonly tls: false };
  readonly docs: string;
}

/** @returns What the gateway may connect to, and where a person sees the mail that was caught. */
async function startServers(): Promise<{ connections: Connections; inbox: string }> {
  const redis = await toStop(startRedis());
  const postgres = await toStop(startPostgres());
  const mqtt = await toStop(startMqtt());
  const mailbox = new Mailbox();
  const smtp = await toStop(startSmtp(mailbox));
  const page = await toStop(startMailPage(mailbox));
  const gopher = await toStop(startGopher());
  const connections: Connections = {
    // It serves one connection at a time: the gateway lets go of its own as soon as it has nothing to ask, so that others
    // (psql, ...) have their turn.
    main: {
      url: `postgres://postgres@${HOST}:${postgres.port}/postgres?sslmode=disable`,
      pool: { max: 1, idleSeconds: 1 },
    },
    cache: `redis://${HOST}:${redis.port}`,
    // Aedes speaks MQTT 3.1.1.
    bus: { url: `mqtt://${HOST}:${mqtt.port}`, protocolVersion: 4 },
    // Without this, the gateway would send nothing before TLS.
    mail: { url: `smtp://${HOST}:${smtp.port}`, tls: false },
    docs: `gopher://${HOST}:${gopher.port}`,
  };
  return { connections, inbox: `http://${HOST}:${page.port}` };
}

async function toStop(starting: Promise<RunningServer>): Promise<RunningServer> {
  const server = await starting;
  stops.push(server.stop);
  return server;
}

function greeting(url: string, inbox: string, { main, cache, bus, mail, docs }: Connections): string {
  // JSON answers have no line end of their own: without one the shell's prompt would stand behind them.
  const curl = "curl -sw '\\n'";
  const auth = `-H 'Authorization: Bearer ${TOKEN}'`;
  const json = (body: unknown) => `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const query = (sql: string) => json({ sql });
  const wind = json({ topic: 'harbours/rotterdam/wind', payload: '12 knots', retain: true });
  const letter = json({
    from: 'aurora@example.com',
    to: 'harbour@example.com',
    subject: 'Arrival',
    text: 'We are there at noon.',
  });
  return `
Gateway   ${url}   token "${TOKEN}", reachable from this machine only
Postgres  ${main.url}   PGlite in memory, one connection at a time: harbours, ships, calls
Redis     ${cache}   in memory, a part of Redis' commands
MQTT      ${bus.url}   Aedes in memory, MQTT 3.1.1
SMTP      ${mail.url}   delivers nothing; what it caught: ${inbox}/
Gopher    ${docs}   this project's documents

Try:
  ${curl} ${url}/pg/query ${auth} ${query('select name, country, depth_m from harbours where depth_m > 16')}
  ${curl} '${url}/redis/set/greeting/ahoy?EX=60' ${auth}; ${curl} ${url}/redis/get/greeting ${auth}
  curl -s ${url}/pg/query ${auth} -H 'Accept: application/x-ndjson' ${query('select id, arrived, cargo from calls order by id limit 5')}
  ${curl} ${url}/mqtt/publish ${auth} ${wind}; curl -sN '${url}/mqtt/subscribe?topic=harbours/%23&limit=1&seconds=10' ${auth}
  ${curl} ${url}/smtp/send ${auth} ${letter}; ${curl} ${inbox}/mails
  ${curl} ${url}/gopher/fetch ${auth}; ${curl} '${url}/gopher/fetch?path=/0/CONTRIBUTING.md' ${auth}

Read:     ${url}/docs (the API, to try in the browser), ${url}/openapi.json
Stop:     Ctrl-C
`;
}

handleSignals();
try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}
