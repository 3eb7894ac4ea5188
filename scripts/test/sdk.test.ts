// @fairlead/sdk as it is shipped: its generated files are the document's, and a bundle holds what it uses and nothing else.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** A module's bundle, minified. */
async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  return outputFiles[0]?.text ?? '';
}

const use = (...names: string[]): string =>
  `import { ${names.join(', ')} } from '@fairlead/sdk'; console.log(${names.join(', ')});`;

describe('@fairlead/sdk', () => {
  it('has the operations and types of the gateway’s document', () => {
    const run = (script: string, argument: string, input: string) =>
      spawnSync(process.execPath, [script, argument], {
        cwd: ROOT,
        encoding: 'utf8',
        input,
        maxBuffer: 64 << 20,
      });
    const document = run('scripts/openapi.ts', '', '').stdout;
    const { status, stderr } = run('packages/sdk/scripts/generate.ts', '--check', document);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('leaves out of a bundle what a page does not call', async () => {
    const one = await bundle(use('createClient', 'pgQuery'));
    expect(one).toContain('/pg/query');
    for (const other of ['/redis', '/mqtt', '/mysql', 'x-ndjson', 'event-stream'])
      expect(one).not.toContain(other);
    const stream = await bundle(use('createClient', 'mqttSubscribe'));
    expect(stream).toContain('event-stream');
    expect(stream).not.toContain('x-ndjson');
    // Nothing at all of what is imported and not used.
    expect(await bundle("import { pgQuery } from '@fairlead/sdk';")).toBe('');
    expect(one.length).toBeLessThan(5_500);
    const all = await bundle("import * as sdk from '@fairlead/sdk'; console.log(sdk);");
    expect(all.length).toBeLessThan(14_000);
  });
});
