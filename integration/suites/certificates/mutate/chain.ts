// Mutations of a chain: who stands in it, in which order, how often, who signs whom, who is asked for.
import { nameOf } from '../../../../packages/tls/test/x509/make-certificate.ts';
import { authority, copyOf, derOf, FIELD, type Forged, forge, signWith } from '../forge/certificate.ts';
import { keyOf } from '../forge/keys.ts';
import { nameConstraints } from '../forge/templates.ts';
import { clone, parse } from '../forge/tree.ts';
import type { ChainMutation } from './mutation.ts';
import { ASKED, DNS_NAMES } from './pools.ts';

/** Somebody else is asked for. */
export const otherName: ChainMutation = (draft, dice) => {
  draft.name = dice.pick(ASKED);
  return `asked for ${draft.name}`;
};

/** One certificate is missing. */
export const missing: ChainMutation = ({ certificates }, dice) => {
  if (certificates.length < 2) return undefined;
  certificates.splice(1 + dice.below(certificates.length - 1), 1);
  return 'one is missing';
};

/** One stands there twice. */
export const twice: ChainMutation = ({ certificates }, dice) => {
  certificates.splice(1 + dice.below(certificates.length), 0, dice.pick(certificates));
  return 'one stands there twice';
};

/** Another order behind the server's. */
export const order: ChainMutation = ({ certificates }, dice) => {
  if (certificates.length < 3) return undefined;
  const [moved] = certificates.splice(1 + dice.below(certificates.length - 1), 1);
  if (moved !== undefined) certificates.splice(1 + dice.below(certificates.length), 0, moved);
  return 'another order';
};

/** The anchor is sent too. */
export const withAnchor: ChainMutation = (draft) => {
  draft.certificates.push(copyOf(draft.anchor));
  return 'with the anchor';
};

/** The anchor is all that is sent. */
export const anchorAlone: ChainMutation = (draft) => {
  draft.certificates = [copyOf(draft.anchor)];
  return 'the anchor alone';
};

/** Something that is no certificate. */
export const rubbish: ChainMutation = (draft, dice) => {
  draft.trailing.push(
    dice.pick([new Uint8Array(0), dice.bytes(40), Uint8Array.of(0x30, 0), Uint8Array.of(0x30, 0x80, 0, 0)]),
  );
  return 'rubbish behind';
};

/** An authority of its own making has signed, under the name of the one above. */
export const impostor: ChainMutation = ({ certificates }, dice) => {
  const signed = dice.pick(certificates);
  signWith(signed, keyOf('ec-p256', 902), { hash: 'sha256' });
  return 'signed by an impostor';
};

/** A self-signed server. */
export const selfSigned: ChainMutation = (draft) => {
  const [server] = draft.certificates;
  if (server?.tbs.children?.[FIELD.subject] === undefined) return undefined;
  signWith(server, server.key, { hash: 'sha256' });
  server.tbs.children[FIELD.issuer] = clone(server.tbs.children[FIELD.subject] ?? server.tbs);
  draft.certificates = [server];
  return 'self-signed';
};

/** The server's certificate signs another server's. */
export const serverAsAuthority: ChainMutation = (draft) => {
  const [server] = draft.certificates;
  const fields = server?.tbs.children;
  if (server === undefined || fields?.[FIELD.subject] === undefined) return undefined;
  const below = copyOf(server);
  below.key = keyOf('ec-p256', 903);
  signWith(below, server.key, { hash: 'sha256' });
  const own = below.tbs.children;
  if (own !== undefined) {
    own[FIELD.key] = parse(below.key.spki);
    own[FIELD.issuer] = clone(fields[FIELD.subject] ?? server.tbs);
    own[FIELD.subject] = parse(nameOf('CN=below'));
  }
  draft.certificates.unshift(below);
  return 'below a server';
};

/** One more authority between two, sometimes with a limit or constraints. */
export const moreAuthorities: ChainMutation = (draft, dice) => {
  const at = dice.below(draft.certificates.length);
  const upper = draft.certificates[at];
  if (upper?.tbs.children?.[FIELD.issuer] === undefined) return undefined;
  const key = keyOf('ec-p256', 904);
  const constraints = dice.oneIn(2)
    ? [nameConstraints(dice.oneIn(2) ? [`DNS:${dice.pick(DNS_NAMES)}`] : [], [`DNS:${dice.pick(DNS_NAMES)}`])]
    : [];
  const extensions = [...authority(dice.pick([undefined, 0, 1])), ...constraints];
  const between: Forged = forge({
    subject: 'CN=between',
    issuer: '',
    key,
    signer: upper.signer,
    signing: upper.signing,
    extensions,
  });
  const [fields, own] = [between.tbs.children, upper.tbs.children];
  if (fields === undefined) return undefined;
  fields[FIELD.issuer] = clone(own[FIELD.issuer] ?? upper.tbs);
  own[FIELD.issuer] = parse(nameOf('CN=between'));
  signWith(upper, key, { hash: 'sha256' });
  draft.certificates.splice(at + 1, 0, between);
  return 'one more authority';
};

/** Another certificate of an authority, with the same name and key: which one counts? */
export const crossSigned: ChainMutation = ({ certificates }, dice) => {
  if (certificates.length < 2) return undefined;
  const at = 1 + dice.below(certificates.length - 1);
  const original = certificates[at];
  if (original === undefined) return undefined;
  const other = copyOf(original);
  if (dice.oneIn(2)) signWith(other, keyOf('ec-p256', 905), { hash: 'sha256' });
  certificates.splice(dice.oneIn(2) ? at : at + 1, 0, other);
  return 'another one of the same authority';
};

/** The name of an authority changes for all. */
export const renamed: ChainMutation = ({ certificates }, dice) => {
  if (certificates.length < 2) return undefined;
  const at = 1 + dice.below(certificates.length - 1);
  const name = dice.pick(['CN=', 'CN=db.example.com', '', 'O=Example,O=Example', `CN=${'x'.repeat(300)}`]);
  const node = parse(nameOf(name, dice.pick([0x0c, 0x13, 0x1e])));
  const [upper, lower] = [certificates[at]?.tbs.children, certificates[at - 1]?.tbs.children];
  if (upper === undefined || lower === undefined) return undefined;
  upper[FIELD.subject] = clone(node);
  lower[FIELD.issuer] = clone(node);
  return `an authority called ${name.slice(0, 20)}`;
};

/** What is sent. */
export function sent(certificates: readonly Forged[], trailing: readonly Uint8Array[]): Uint8Array[] {
  return [...certificates.map(derOf), ...trailing];
}
