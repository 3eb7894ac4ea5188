// Mutations of what a certificate means: its extensions, its version, its keys, how it is signed.
import {
  boolean,
  context,
  integer,
  namedBits,
  octets,
  oid,
  primitive,
  sequence,
} from '../../../../packages/tls/test/x509/der-writer.ts';
import { extension, generalName } from '../../../../packages/tls/test/x509/make-certificate.ts';
import { extensionsOf, FIELD, type Forged, signWith } from '../forge/certificate.ts';
import type { Dice } from '../forge/dice.ts';
import { type KeyKind, keyOf, type SignAlgorithm } from '../forge/keys.ts';
import { encode, leafNode, parse } from '../forge/tree.ts';
import type { Mutation } from './mutation.ts';
import { ADDRESSES, DNS_NAMES, OIDS } from './pools.ts';

const CRITICAL_NODE = () => leafNode(0x01, Uint8Array.of(0xff));
const PURPOSES = [
  '1.3.6.1.5.5.7.3.1',
  '1.3.6.1.5.5.7.3.2',
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.4',
  '1.2.3.4',
  '1.3.6.1.4.1.311.10.3.3',
  '2.16.840.1.113730.4.1',
];

/** Puts an extension in place of the one of its kind, or beside it. */
function put(forged: Forged, dice: Dice, der: Uint8Array): boolean {
  const list = extensionsOf(forged)?.children;
  if (list === undefined) return false;
  const node = parse(der);
  const id = Buffer.from(node.children?.[0]?.value ?? []).toString('hex');
  const at = list.findIndex(({ children }) => Buffer.from(children?.[0]?.value ?? []).toString('hex') === id);
  if (at < 0 || dice.oneIn(8)) list.splice(dice.below(list.length + 1), 0, node);
  else list[at] = node;
  return true;
}

function generalNames(dice: Dice, most: number, isConstraint: boolean): Uint8Array[] {
  return Array.from({ length: 1 + dice.below(most) }, () => anyName(dice, isConstraint));
}

function anyName(dice: Dice, isConstraint: boolean): Uint8Array {
  switch (dice.below(9)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return generalName(`DNS:${dice.pick(DNS_NAMES)}`);
    case 4:
    case 5: {
      const long = ADDRESSES.filter(
        (digits) => (digits.length > 32 || digits.length === 16) === isConstraint,
      );
      return primitive(7, Uint8Array.from(Buffer.from(dice.pick(dice.oneIn(4) ? ADDRESSES : long), 'hex')));
    }
    case 6:
      return generalName(
        dice.pick(['DirName:O=Example', 'DirName:O=Other', 'DirName:O=Example,CN=server', 'DirName:']),
      );
    case 7:
      return generalName(
        dice.pick([
          'email:a@example.com',
          'email:example.com',
          'URI:https://db.example.com/',
          'URI:.example.com',
          'email:.example.com',
        ]),
      );
    default:
      return dice.pick([
        primitive(8, Uint8Array.of(0x2a, 3)),
        context(0, oid('1.2.3'), context(0, octets())),
        context(3),
        context(5),
        primitive(9, Uint8Array.of(1)),
      ]);
  }
}

/** subjectAltName. */
export const alternativeNames: Mutation = (forged, dice) => {
  const names = generalNames(dice, 3, false);
  return put(forged, dice, extension('2.5.29.17', sequence(...names), dice.oneIn(3)))
    ? 'other names'
    : undefined;
};

/** nameConstraints. */
export const constraints: Mutation = (forged, dice) => {
  const subtrees = () =>
    generalNames(dice, 3, true).map((base) =>
      sequence(base, ...(dice.oneIn(12) ? [primitive(dice.below(2), Uint8Array.of(dice.below(2)))] : [])),
    );
  const both = [
    ...(dice.oneIn(2) ? [context(0, ...subtrees())] : []),
    ...(dice.oneIn(2) ? [context(1, ...subtrees())] : []),
  ];
  return put(forged, dice, extension('2.5.29.30', sequence(...both), !dice.oneIn(3)))
    ? 'name constraints'
    : undefined;
};

/** basicConstraints. */
export const basicConstraints: Mutation = (forged, dice) => {
  const ca = dice.pick([[], [boolean(true)], [boolean(true)], [boolean(false)]]);
  const limit = dice.pick([
    [],
    [],
    [integer(0)],
    [integer(1)],
    [integer(Uint8Array.of(0xff))],
    [integer(200)],
  ]);
  return put(forged, dice, extension('2.5.29.19', sequence(...ca, ...limit), !dice.oneIn(3)))
    ? `basic constraints ${ca.length} ${limit.length}`
    : undefined;
};

/** keyUsage. */
export const keyUsage: Mutation = (forged, dice) => {
  const bits = Array.from({ length: 9 }, (_, bit) => bit).filter(() => dice.oneIn(3));
  return put(forged, dice, extension('2.5.29.15', namedBits(...bits), !dice.oneIn(3)))
    ? `usage ${bits}`
    : undefined;
};

/** extKeyUsage. */
export const purposes: Mutation = (forged, dice) => {
  const ids = Array.from({ length: dice.below(3) }, () => dice.pick(PURPOSES));
  return put(forged, dice, extension('2.5.29.37', sequence(...ids.map(oid)), dice.oneIn(3)))
    ? `purposes ${ids}`
    : undefined;
};

/** An extension of any kind, with contents of no sense or of a little. */
export const anyExtension: Mutation = (forged, dice) => {
  const id = dice.pick(OIDS);
  const value = dice.pick([
    sequence(),
    integer(0),
    octets(),
    Uint8Array.of(),
    dice.bytes(4),
    sequence(sequence(oid('2.5.29.32.0'))),
    sequence(primitive(0, Uint8Array.of(0))),
  ]);
  const isCritical = dice.oneIn(3);
  return put(forged, dice, extension(id, value, isCritical))
    ? `extension ${id}${isCritical ? ' critical' : ''}`
    : undefined;
};

/** Criticality of one that is there. */
export const criticality: Mutation = (forged, dice) => {
  const list = extensionsOf(forged)?.children ?? [];
  if (list.length === 0) return undefined;
  const parts = dice.pick(list).children;
  if (parts?.[1]?.tag === 0x01) parts.splice(1, 1);
  else parts?.splice(1, 0, CRITICAL_NODE());
  return 'criticality';
};

/** One extension fewer, or none at all. */
export const fewerExtensions: Mutation = (forged, dice) => {
  const list = extensionsOf(forged)?.children ?? [];
  if (list.length === 0) return undefined;
  if (dice.oneIn(8)) {
    const fields = forged.tbs.children ?? [];
    fields.splice(fields.length - 1, 1);
    return 'no extensions';
  }
  list.splice(dice.below(list.length), 1);
  return 'an extension fewer';
};

/** Version 1, 2, 4, or version 1 in so many words. */
export const version: Mutation = ({ tbs }, dice) => {
  const value = dice.pick([-1, 0, 1, 3, 2, 255]);
  if (value < 0) tbs.children?.shift();
  else if (tbs.children?.[0] !== undefined) tbs.children[0] = parse(context(0, integer(value)));
  return `version ${value + 1}`;
};

const KINDS: readonly KeyKind[] = [
  'ec-p256',
  'ec-p384',
  'ec-p521',
  'ed25519',
  'rsa-2048',
  'rsa-1024',
  'rsa-3072',
  'rsa-e3',
  'rsa-pss',
];

/** Another kind of key for the server or the authority; it goes with it. */
export const otherKey: Mutation = (forged, dice) => {
  const key = keyOf(dice.pick(KINDS), 900);
  const fields = forged.tbs.children;
  if (fields?.[FIELD.key] === undefined) return undefined;
  fields[FIELD.key] = parse(key.spki);
  forged.key = key;
  return `key ${key.kind}`;
};

const SIGNINGS: readonly SignAlgorithm[] = [
  { hash: 'sha256' },
  { hash: 'sha384' },
  { hash: 'sha512' },
  { hash: 'sha1' },
  { hash: 'md5' },
  { hash: 'sha256', pss: true },
  { hash: 'sha384', pss: true },
  { hash: 'sha256', pss: true, salt: 20 },
  { hash: 'sha512', pss: true, salt: 0 },
];

/** Signed in another way by its signer, or by a stranger. */
export const otherSigning: Mutation = (forged, dice) => {
  const signing = dice.pick(SIGNINGS);
  const signer = dice.oneIn(8) ? keyOf(dice.pick(KINDS), 901) : forged.signer;
  if (signer.kind === 'rsa-1024' && signing.pss === true) return undefined;
  signWith(forged, signer, signing);
  return `signed ${signing.hash} ${signing.pss === true ? `pss ${signing.salt ?? ''}` : ''}`;
};

/** Parameters of the algorithm: NULL where none belongs, none where NULL belongs; outside, inside, or both. */
export const parameters: Mutation = (forged, dice) => {
  const inner = forged.tbs.children?.[FIELD.algorithm];
  const both = [inner, forged.algorithm].filter((node) => node !== undefined);
  const changed = dice.oneIn(2) ? both : [dice.pick(both)];
  const make = dice.below(3);
  for (const { children } of changed) {
    if (make === 0 || (children?.length ?? 0) > 1) children?.splice(1, 1);
    else children?.push(leafNode(make === 1 ? 0x05 : 0x30, new Uint8Array(0)));
  }
  return `parameters of ${changed.length}: ${Buffer.from(encode(forged.algorithm)).toString('hex').slice(0, 40)}`;
};
