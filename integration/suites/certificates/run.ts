// `npm run suite:certificates [-- --cases 100000] [--seed 1] [--refused 10] [--case FILE]`: changed chains, ours against the
// platform's own TLS. It ends with status 1 where ours accepts what native refuses and policy.ts has no reason for it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { anchorsOf, templates } from './forge/templates.ts';
import { readFinding } from './report.ts';

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 20) },
      first: { type: 'string', default: '0' },
      refused: { type: 'string', default: '10' },
      case: { type: 'string' },
    },
  });
  const alone = values.case === undefined ? undefined : readFinding(values.case);
  const all = alone === undefined ? templates() : [];
  const ca = alone?.ca ?? anchorsOf(all);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-certificates-'));
  try {
    // Workerd trusts what this names at the moment miniflare is imported.
    process.env.NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem');
    writeFileSync(process.env.NODE_EXTRA_CA_CERTS, ca.join(''));
    const { startVerifier } = await import('./verifier/start.ts');
    await using verifier = await startVerifier();
    return await compare(verifier, all, ca, {
      cases: Number(values.cases),
      seed: Number(values.seed),
      first: Number(values.first),
      refusedPercent: Number(values.refused),
      alone: alone?.of,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await main()) ? 0 : 1;
