// Takes secrets out of findings: the servers' own words can hold what was sent to them.
import type { Inspection } from '@fairlead/http/settings';
import type { Finding } from './finding.ts';

/** A shorter secret would take single letters out of every text. */
const MIN_LENGTH = 4;
/** Members whose text is secret, at any depth of an entry. */
const SECRET_MEMBERS = /password|token|secret|key|sha256/i;
const HIDDEN = '***';

/**
 * What connections' attempts have found, without any secret of the settings. Keys and fixes hold names and no words of a server's: a
 * password such as "postgres" would be taken out of them too, and be told by it.
 */
export function withoutSecrets(findings: readonly Finding[], inspection: Inspection): Finding[] {
  const hide = hider(secretsOf(inspection));
  return findings.map((finding) => ({ ...finding, message: hide(finding.message) }));
}

function hider(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(secrets.flatMap((text) => [text, decoded(text), encodeURIComponent(text)]));
  // The longest first: a shorter one may be a part of it.
  const known = [...spellings]
    .filter((text) => text.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

function secretsOf({ secretTexts, values }: Inspection): string[] {
  return [...secretTexts, ...[...values.values()].flatMap((value) => secretsIn(value, false))];
}

/** Passwords in URLs, and the text of members that hold secrets by their names. */
function secretsIn(value: unknown, isSecret: boolean): string[] {
  if (typeof value === 'string') return [...(isSecret ? [value] : []), ...passwordOf(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    secretsIn(member, isSecret || SECRET_MEMBERS.test(name)),
  );
}

function passwordOf(text: string): string[] {
  const [, inText] = /:\/\/[^/?#@]*?:([^/?#]*)@/.exec(text) ?? [];
  const password = URL.canParse(text) ? new URL(text).password : '';
  return [inText ?? '', password].filter((secret) => secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
