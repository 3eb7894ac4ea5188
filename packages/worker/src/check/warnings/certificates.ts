// What is wrong with the certificates and keys of entries, as far as it can be told without dialling. No text of them is shown.
import type { CertificateSummary } from '@fairlead/errors';
import type { InspectedConnection, Inspection } from '@fairlead/http/settings';
import type { Finding } from '../finding.ts';

const DAY_MS = 86_400_000;
/** What ends within this time is told. */
const SOON_DAYS = 30;

/** What each member holds, and what to do where it cannot be read. */
const MEMBERS = {
  ca: [
    'CERTIFICATE',
    'Put the authority’s certificate in PEM into a secret (wrangler secret put NAME < ca.pem), and {"secret": "NAME"} here.',
  ],
  cert: [
    'CERTIFICATE',
    'Put the client’s certificate in PEM, its intermediate certificates behind it, into a secret, and {"secret": "NAME"} here.',
  ],
  key: [
    'PRIVATE KEY',
    'Write the key as PKCS#8 without a passphrase: openssl pkcs8 -topk8 -nodes -in key.pem, into a secret.',
  ],
} as const;

/** The findings about certificates of entries. What reads them is loaded where there are some. */
export async function certificateFindings(inspection: Inspection, now: number): Promise<Finding[]> {
  const found = inspection.connections.map((each) => ofConnection(each, now));
  return (await Promise.all(found)).flat();
}

async function ofConnection({ path, entry }: InspectedConnection, now: number): Promise<Finding[]> {
  const { tls } = entry;
  if (typeof tls !== 'object' || tls === null) return [];
  const findings: Finding[] = [];
  for (const [member, [label, fix]] of Object.entries(MEMBERS)) {
    const texts = [Reflect.get(tls, member)].flat().filter((text) => typeof text === 'string');
    const key = `${path}.tls.${member}`;
    for (const text of texts) {
      try {
        const read = await readAll(text, label);
        findings.push(...read.flatMap((certificate) => ending(key, certificate, now)));
      } catch (error) {
        const message = error instanceof Error ? error.message : 'cannot be read';
        findings.push({ level: 'error', key, message, fix });
      }
    }
  }
  return findings;
}

/** @throws Error: the text is not of that label, or holds a certificate that cannot be read. */
async function readAll(text: string, label: string): Promise<readonly CertificateSummary[]> {
  const { readCertificate, readPem, summaryOf } = await import('@fairlead/tls/x509');
  const blocks = readPem(text, label);
  return label === 'CERTIFICATE' ? Promise.all(blocks.map((der) => summaryOf(readCertificate(der)))) : [];
}

function ending(key: string, certificate: CertificateSummary, now: number): Finding[] {
  const end = endOf(certificate, now);
  if (end === undefined) return [];
  const level = Date.parse(certificate.validTo) < now ? 'error' : 'warning';
  const message = `the certificate ${certificate.subject} ${end}`;
  return [{ level, key, message, fix: 'Put a new one into its place before that day.' }];
}

/**
 * When a certificate ends, in words, where that is soon or over.
 * @param now Milliseconds since 1970.
 */
export function endOf({ validTo }: CertificateSummary, now: number): string | undefined {
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  if (days < 0) return `has ended on ${validTo.slice(0, 10)}`;
  if (days > SOON_DAYS) return undefined;
  return `ends on ${validTo.slice(0, 10)}, in ${days === 1 ? '1 day' : `${days} days`}`;
}
