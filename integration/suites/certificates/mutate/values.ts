// Mutations of single values, by their kind: times, numbers, booleans, object identifiers, strings, bit strings.
import { oid } from '../../../../packages/tls/test/x509/der-writer.ts';
import { FIELD, type Forged } from '../forge/certificate.ts';
import type { Dice } from '../forge/dice.ts';
import { type DerNode, leafNode, places } from '../forge/tree.ts';
import type { Mutation } from './mutation.ts';
import { DNS_NAMES, INTEGERS, OIDS, TIMES } from './pools.ts';

const text = (value: string) => new TextEncoder().encode(value);
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'));

const STRINGS = [0x0c, 0x13, 0x14, 0x16, 0x1e, 0x1c, 0x12];

function find(forged: Forged, dice: Dice, ...tags: number[]): DerNode | undefined {
  const found = places(forged.tbs).filter(
    ({ node }) => tags.includes(node.tag) && node.children === undefined,
  );
  return found.length === 0 ? undefined : dice.pick(found).node;
}

/** notBefore or notAfter: odd texts, other types. */
export const times: Mutation = ({ tbs }, dice) => {
  const node = dice.pick(tbs.children?.[FIELD.validity]?.children ?? [leafNode(0x17, text(''))]);
  const value = dice.pick(TIMES);
  node.value = text(value);
  node.tag = dice.oneIn(6) ? dice.pick([0x17, 0x18]) : /^\d{14}/.test(value) ? 0x18 : 0x17;
  return `time ${value}`;
};

/** Validity by hours from now. */
export const validity: Mutation = ({ tbs }, dice) => {
  const pair = tbs.children?.[FIELD.validity]?.children ?? [];
  const which = dice.below(2);
  const at = new Date(Date.now() + dice.pick([-1000, -10, 10, 1000, 90_000, 2_000_000]) * 3_600_000);
  const digits = `${at.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  pair[which] =
    at.getUTCFullYear() < 2050 ? leafNode(0x17, text(digits.slice(2))) : leafNode(0x18, text(digits));
  return `${which === 0 ? 'from' : 'until'} ${digits}`;
};

/** An INTEGER: version, serial, path length. */
export const numbers: Mutation = (forged, dice) => {
  const node = find(forged, dice, 0x02);
  if (node === undefined) return undefined;
  const value = dice.pick(INTEGERS);
  node.value = hex(value);
  return `integer ${value}`;
};

/** A BOOLEAN: of basicConstraints or criticality. */
export const booleans: Mutation = (forged, dice) => {
  const node = find(forged, dice, 0x01);
  if (node === undefined) return undefined;
  node.value = dice.pick([
    Uint8Array.of(0),
    Uint8Array.of(0xff),
    Uint8Array.of(1),
    Uint8Array.of(0xff, 0xff),
    Uint8Array.of(),
  ]);
  return `boolean ${node.value.join()}`;
};

/** An OBJECT IDENTIFIER. */
export const identifiers: Mutation = (forged, dice) => {
  const node = find(forged, dice, 0x06);
  if (node === undefined) return undefined;
  const value = dice.pick(OIDS);
  node.value = oid(value).subarray(2);
  return `identifier ${value}`;
};

/** An ill-formed OBJECT IDENTIFIER. */
export const badIdentifiers: Mutation = (forged, dice) => {
  const node = find(forged, dice, 0x06);
  if (node === undefined) return undefined;
  const before = node.value;
  node.value = dice.pick([
    Uint8Array.of(),
    Uint8Array.of(0x80, ...before),
    Uint8Array.of(...before, 0x80),
    Uint8Array.of(...before.subarray(0, 2), 0x80, ...before.subarray(2)),
    before.subarray(0, -1),
    Uint8Array.of(...before, 0),
  ]);
  return `identifier ${Buffer.from(node.value).toString('hex')}`;
};

/** A string of a Name: its text, or its type. */
export const strings: Mutation = (forged, dice) => {
  const node = find(forged, dice, ...STRINGS);
  if (node === undefined) return undefined;
  if (dice.oneIn(2)) node.tag = dice.pick(STRINGS);
  else
    node.value = dice.pick([
      text(dice.pick(DNS_NAMES)),
      text('Example'),
      text('example'),
      text(' Example '),
      hex('ff'),
      hex('c3'),
    ]);
  return `string 0x${node.tag.toString(16)} ${Buffer.from(node.value).toString('latin1')}`;
};

/** A BIT STRING: unused bits, named bits. */
export const bitStrings: Mutation = (forged, dice) => {
  const node = find(forged, dice, 0x03);
  if (node === undefined) return undefined;
  const [, ...content] = node.value;
  node.value = dice.pick([
    Uint8Array.of(dice.below(10), ...content),
    Uint8Array.of(),
    Uint8Array.of(0),
    Uint8Array.of(7, 0x80),
    Uint8Array.of(0, 0xff, 0xff),
    Uint8Array.of(2, 4),
    Uint8Array.of(1, 6, 0),
  ]);
  return `bit string ${node.value.subarray(0, 4).join()}`;
};
