// `node scripts/simulate-queue.ts`: simulates the queue of a pool, and writes the tables and the plot of docs/scale.md. The
// same in every run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './src/queue-simulation/document.ts';
import { plot } from './src/queue-simulation/plot.ts';

const docs = join(import.meta.dirname, '../docs');
const page = join(docs, 'scale.md');
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
writeFileSync(join(docs, 'scale.svg'), plot());
console.log('docs/scale.md and docs/scale.svg are written.');
