// DocumentDB in Docker behind the integration suite's gateway, with the documents that the bench reads.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Commands, Engine, Gateway, Sessions } from '@fairlead/integration/mongodb';
import { MongoClient } from 'mongodb';
import { docker } from '../server.ts';
import { freePort, waitFor } from '../wait.ts';
import { DOCUMENTS, sampleDocument } from './canned.ts';

const IMAGES = join(import.meta.dirname, '..', '..', '..', 'integration', 'images');

/** A running DocumentDB. */
export interface DocumentdbServer {
  readonly port: number;
  readonly what: string;
  stop(): Promise<void>;
}

/** @throws Error without Docker. */
export async function startDocumentdb(): Promise<DocumentdbServer> {
  build('postgres', 'fairlead-bench-postgres-18', ['SUITE=sid', 'VERSION=18']);
  const image = 'fairlead-bench-documentdb';
  build('documentdb', image, ['BASE=fairlead-bench-postgres-18']);
  const port = await freePort();
  const name = `${image}-${port}`;
  // Without the certificate, which only PostgreSQL's own port would show.
  const server = 'exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -c ssl=off';
  const run = [
    'run',
    '--rm',
    `--name=${name}`,
    `--publish=127.0.0.1:${port}:5432`,
    image,
    'sh',
    '-c',
    server,
  ];
  const child = spawn('docker', run, { stdio: 'ignore' });
  const engine = new Engine(port);
  await waitFor('DocumentDB', () => engine.run('SELECT documentdb_api.binary_version()', []), child);
  const gateway = new Gateway(engine, new Commands(engine, new Sessions(engine)), { asksForLogin: true });
  const gatewayPort = await gateway.listen();
  await seed(gatewayPort);
  return {
    port: gatewayPort,
    what: 'DocumentDB on PostgreSQL 18 in Docker, behind a gateway in Node',
    async stop() {
      await gateway.close();
      await engine.close();
      spawnSync('docker', ['rm', '--force', name]);
    },
  };
}

async function seed(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://app:app-password@localhost:${port}/`);
  const documents = Array.from({ length: DOCUMENTS }, (_, index) => sampleDocument(index));
  await client.db('bench').collection('things').insertMany(documents.slice(0, 100));
  await client.db('bench').collection('many').insertMany(documents);
  await client.close();
}

function build(folder: string, image: string, args: readonly string[]): void {
  const given = args.map((arg) => `--build-arg=${arg}`);
  docker(['build', '-q', '-t', image, ...given, join(IMAGES, folder)], 'The server is DocumentDB in Docker');
}
