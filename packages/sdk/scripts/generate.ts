// `npm run generate -w @fairlead/sdk`: src/generated from the gateway's OpenAPI document, which comes as standard input. With `--check`
// it writes nothing, and fails where the files are not the document's.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { type GatewayDocument, onlySuccess, operationsSource } from './operations.ts';

const FOLDER = join(import.meta.dirname, '..', 'src', 'generated');
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Errors have one type, and paths are in the functions: the rest of the document is what calls take and give. */
const UNUSED = new Set(['paths', 'webhooks', '$defs']);

async function documentSource(document: GatewayDocument): Promise<string> {
  const nodes = await openapiTypescript(onlySuccess(document) as never, {
    exportType: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    // What has a default need not be sent.
    defaultNonNullable: false,
  });
  const used = nodes.filter((node) => !ts.isTypeAliasDeclaration(node) || !UNUSED.has(node.name.text));
  const head =
    "// The types of the gateway's OpenAPI document. Generated: run `npm run generate -w @fairlead/sdk`.\n";
  return `${head}${documented(astToString(used))}`;
}

/** Each export with a comment; the shared parameters and headers are no types that a caller needs. */
function documented(source: string): string {
  return source
    .replaceAll(/^export type (?:Parameter|Header)\w+ = .*\n/gm, '')
    .replaceAll(/^export type (?=components\b)/gm, '/** The components of the OpenAPI document. */\n$&')
    .replaceAll(
      /^export (?:type|interface) (?=operations\b)/gm,
      '/** The operations of the OpenAPI document. */\n$&',
    )
    .replaceAll(/^export type (\w+) = components\[/gm, '/** The schema `$1` of the OpenAPI document. */\n$&');
}

function formatted(name: string, source: string): string {
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  const options = { input: source, encoding: 'utf8' as const, cwd: ROOT, maxBuffer: 64 << 20 };
  const path = `--stdin-file-path=packages/sdk/src/generated/${name}`;
  const { status, stdout, stderr } = spawnSync(biome, ['format', path], options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const document = (await json(process.stdin)) as GatewayDocument;
const sources = {
  'operations.ts': operationsSource(document),
  'document.ts': await documentSource(document),
};
for (const [name, source] of Object.entries(sources)) {
  const path = join(FOLDER, name);
  const text = formatted(name, source);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`src/generated/${name} is not the document's: run npm run generate -w @fairlead/sdk`);
    process.exitCode = 1;
  }
}
