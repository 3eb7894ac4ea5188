// The licences of the packages that a bundle holds, as they ask to be kept.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;
const LICENCE = /^(licen[cs]e|notice)(\.|$)/i;

/**
 * @param sources Their files.
 * @throws Error for a package that names no licence.
 */
export function thirdPartyNotices(sources: readonly string[]): string {
  const packages = new Map<string, string>();
  for (const source of sources) {
    const [, dir, name] = PACKAGE.exec(source) ?? [];
    if (dir !== undefined && name !== undefined && !name.startsWith('@fairlead/')) packages.set(name, dir);
  }
  const names = [...packages.keys()].sort();
  return names.map((name) => notice(name, packages.get(name) ?? '')).join('\n');
}

function notice(name: string, dir: string): string {
  const { version, license, author } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  const files = readdirSync(dir).filter((file) => LICENCE.test(file));
  if (typeof license !== 'string') throw new Error(`${name} ${version} names no licence.`);
  const texts = files.map((file) => readFileSync(join(dir, file), 'utf8').trim());
  const by = author?.name ?? author;
  if (texts.length === 0)
    texts.push(`Licence: ${license}${by ? `, by ${by}` : ''}. The package holds no text of it.`);
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n\n${'-'.repeat(78)}\n`;
}
