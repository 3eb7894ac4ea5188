// The chains that are changed: anchors of several kinds, with and without intermediates, constraints, wildcards, addresses.
import { context, sequence } from '../../../../packages/tls/test/x509/der-writer.ts';
import { extension, generalName } from '../../../../packages/tls/test/x509/make-certificate.ts';
import { authority, derOf, type Forged, forge, server } from './certificate.ts';
import { type KeyKind, keyOf } from './keys.ts';

/** A chain before it is changed. */
export interface Template {
  readonly title: string;
  /** The server's certificate first; the anchor is not among them. */
  readonly certificates: readonly Forged[];
  readonly anchor: Forged;
  /** Names that the server's certificate is for. */
  readonly names: readonly string[];
}

/** NameConstraints, DER. */
export function nameConstraints(permitted: readonly string[], excluded: readonly string[]): Uint8Array {
  const subtrees = (names: readonly string[]) => names.map((name) => sequence(generalName(name)));
  return extension(
    '2.5.29.30',
    sequence(
      ...(permitted.length > 0 ? [context(0, ...subtrees(permitted))] : []),
      ...(excluded.length > 0 ? [context(1, ...subtrees(excluded))] : []),
    ),
    true,
  );
}

const NAMES = [
  'DNS:db.example.com',
  'DNS:*.a.example.com',
  'IP:10.0.0.5',
  'IP:20010db8000000000000000000000001',
];
const FITTING = ['db.example.com', 'x.a.example.com', '10.0.0.5', '2001:db8::1'];

interface Plan {
  readonly title: string;
  readonly keys: readonly KeyKind[];
  /** Per authority below the anchor, the lowest first. */
  readonly above?: readonly (readonly Uint8Array[])[];
  readonly anchor?: readonly Uint8Array[];
  readonly names?: readonly string[];
  readonly fitting?: readonly string[];
  readonly pss?: boolean;
}

const PLANS: readonly Plan[] = [
  { title: 'no intermediate', keys: ['ec-p256', 'ec-p256'] },
  { title: 'one intermediate', keys: ['ec-p256', 'ec-p256', 'ec-p256'], above: [authority(0)] },
  { title: 'P-384 and Ed25519', keys: ['ed25519', 'ec-p384', 'ec-p384'], above: [authority()] },
  { title: 'Ed25519 throughout', keys: ['ed25519', 'ed25519', 'ed25519'], above: [authority()] },
  { title: 'RSA by PKCS#1', keys: ['rsa-2048', 'rsa-2048', 'rsa-2048'], above: [authority()] },
  { title: 'RSA by PSS', keys: ['ec-p256', 'rsa-2048', 'rsa-3072'], above: [authority()], pss: true },
  {
    title: 'constrained',
    keys: ['ec-p256', 'ec-p256', 'ec-p256'],
    above: [
      [
        ...authority(),
        nameConstraints(
          [
            'DNS:example.com',
            'IP:0a000000ff000000',
            'IP:20010db8000000000000000000000000ffffffff000000000000000000000000',
          ],
          ['DNS:bad.example.com'],
        ),
      ],
    ],
  },
  {
    title: 'two intermediates, the anchor constrained',
    keys: ['ec-p256', 'ec-p256', 'ec-p256', 'ec-p256'],
    above: [authority(0), authority(1)],
    anchor: [nameConstraints(['DNS:example.com'], ['DNS:no.example.com'])],
    names: NAMES.slice(0, 2),
    fitting: FITTING.slice(0, 2),
  },
  {
    title: 'directory names constrained',
    keys: ['ec-p256', 'ec-p256', 'ec-p256'],
    above: [[...authority(), nameConstraints(['DirName:O=Example'], ['DirName:O=Example,CN=bad'])]],
  },
];

/** All of them, with their keys made. */
export function templates(): Template[] {
  const all = PLANS.map(build);
  // Signs each as it is, so that what is not changed is not signed again.
  for (const { certificates } of all) certificates.forEach(derOf);
  return all;
}

function build(plan: Plan, number: number): Template {
  const keys = plan.keys.map((kind, i) => keyOf(kind, number * 8 + i));
  const signing = plan.pss ? { hash: 'sha256' as const, pss: true } : { hash: 'sha256' as const };
  const subject = (i: number) => (i === 0 ? 'O=Example,CN=server' : `O=Example,CN=authority ${number}-${i}`);
  const at = (i: number, extensions: readonly Uint8Array[]): Forged => {
    const key = keys[i];
    const above = Math.min(i + 1, keys.length - 1);
    const signer = keys[above];
    if (key === undefined || signer === undefined) throw new Error('a plan lacks a key');
    return forge({ subject: subject(i), issuer: subject(above), key, signer, signing, extensions });
  };
  const above = plan.above ?? [];
  return {
    title: plan.title,
    certificates: [
      at(0, server(plan.names ?? NAMES)),
      ...above.map((extensions, i) => at(i + 1, extensions)),
    ],
    anchor: at(keys.length - 1, [...authority(), ...(plan.anchor ?? [])]),
    names: plan.fitting ?? FITTING,
  };
}

/** The anchors in PEM. */
export function anchorsOf(all: readonly Template[]): string[] {
  return all.map(({ anchor }) => {
    const lines = Buffer.from(derOf(anchor))
      .toString('base64')
      .replace(/.{64}(?=.)/g, '$&\n');
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  });
}
