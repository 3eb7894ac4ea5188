// References to secrets in the settings, `{ "secret": "NAME" }`: where they may stand, found and replaced. It reads no secret.
import { JsonNumber } from '../../json/number.ts';

/** A member that stands for the text of a secret. */
export interface SecretReference {
  readonly secret: string;
}

/** Puts something in the place of a reference. */
export type Replace = (name: string, path: readonly PropertyKey[]) => unknown;

/**
 * Names that a reference may hold. Lower case is refused, so that a secret which was written in place of its name is not
 * shown as one.
 */
export const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,127}$/;

/** Members of a token's entry that may be a reference; all others are shown by `GET /settings`. */
export const SECRET_TOKEN_MEMBERS: readonly string[] = ['token', 'sha256'];

/** Whether a value is a reference: an object with the one member `secret`, which is text. */
export function isReference(value: unknown): value is SecretReference {
  return isRecord(value) && typeof value.secret === 'string' && Object.keys(value).length === 1;
}

/** Whether a value is an object and no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A setting with all its references replaced. In connections any string may be one, and so may a whole entry (its URL); in
 * tokens the members `token` and `sha256`; in all other settings none is.
 */
export function replaceReferences(variable: string, value: unknown, replace: Replace): unknown {
  if (variable.startsWith('FAIRLEAD_CONNECTIONS') && isRecord(value)) {
    // A connection may be called "secret", so that the setting itself is never a reference.
    return mapMembers(value, (entry, name) => replaceAll(entry, [name], replace));
  }
  if (variable === 'FAIRLEAD_TOKENS' && Array.isArray(value)) {
    return value.map((entry: unknown, index) =>
      isRecord(entry)
        ? mapMembers(entry, (member, name) =>
            SECRET_TOKEN_MEMBERS.includes(name) ? replaceAll(member, [index, name], replace) : member,
          )
        : entry,
    );
  }
  return value;
}

function replaceAll(value: unknown, path: readonly PropertyKey[], replace: Replace): unknown {
  if (isReference(value)) return replace(value.secret, path);
  if (Array.isArray(value)) return value.map((item, index) => replaceAll(item, [...path, index], replace));
  if (!isRecord(value) || value instanceof JsonNumber) return value;
  return mapMembers(value, (member, name) => replaceAll(member, [...path, name], replace));
}

/** `__proto__` stays a member like any other. */
function mapMembers(
  value: Readonly<Record<string, unknown>>,
  change: (member: unknown, name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member, name)]));
}
