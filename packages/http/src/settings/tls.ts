// The member `tls` of a connection's entry: on or off, or an object of wishes. It parses no certificate.
import { isFairleadError } from '@fairlead/errors';
import { checkTlsOptions, readTls, type TlsOptions } from '@fairlead/transport';
import { z } from 'zod';
import { isRecord, isReference } from './secrets/references.ts';

/** Members that `GET /settings` does not show: keys are secret, and certificates long. */
const HIDDEN_MEMBERS: readonly string[] = ['ca', 'cert', 'key'];
const HIDDEN = '***';

const texts = z.array(z.string().min(1)).min(1);

/** What the transport's own check says of them stands in the union's message. */
const members = {
  ca: z.union([z.string().min(1), texts]).optional(),
  cert: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  servername: z.string().min(1).optional(),
  alpn: texts.optional(),
  pins: texts.optional(),
  pinOnly: z.boolean().optional(),
  anyName: z.boolean().optional(),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
} satisfies Record<keyof TlsOptions, z.ZodType>;

const isSound = (value: TlsOptions): boolean => faultOf(value) === undefined;
const unsound = { error: ({ input }: { readonly input?: unknown }) => faultOf(input) };
const ON_OR_OFF = 'is true, false or an object such as {"ca": {"secret": "DB_CA"}}';
const ON_OFF_OR_STARTTLS = 'is true, false, "starttls" or an object such as {"ca": {"secret": "DB_CA"}}';

/** For protocols whose URL alone says whether TLS is on: an object. */
export const tlsWishesSchema = /* @__PURE__ */ z.strictObject(members).refine(isSound, unsound);

/** For protocols that have TLS from the first byte alone. An object turns it on. */
export const tlsSchema = /* @__PURE__ */ z.union([z.boolean(), tlsWishesSchema], {
  error: ({ input }) => faultOf(input) ?? ON_OR_OFF,
});

/** The object of protocols that also have a command for it: its `mode` chooses, else the URL and the port. */
export const tlsModeSchema = /* @__PURE__ */ z
  .strictObject({ ...members, mode: z.enum(['implicit', 'starttls']).optional() })
  .refine(({ mode: _, ...options }) => isSound(options), unsound);

/** For protocols that always ask for TLS first, unless an object's `mode` says otherwise (PostgreSQL). */
export const tlsOrModeSchema = /* @__PURE__ */ z.union([z.boolean(), tlsModeSchema], {
  error: ({ input }) => faultOf(input) ?? ON_OR_OFF,
});

/** For protocols that also have a command for it. */
export const tlsOrStartTlsSchema = /* @__PURE__ */ z.union(
  [z.boolean(), z.literal('starttls'), tlsModeSchema],
  { error: ({ input }) => faultOf(input) ?? ON_OFF_OR_STARTTLS },
);

/** What is wrong with an object, in the transport's words, which hold no value of it. */
function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const { mode: _, ...options } = value;
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(members, name));
  // A name may be a text that stands in the wrong place: only one that looks like a name is told.
  if (unknown !== undefined)
    return /^[A-Za-z]{1,32}$/.test(unknown)
      ? `tls.${unknown} is not known`
      : 'it holds a member that is not known';
  try {
    checkTlsOptions(options as TlsOptions);
  } catch (error) {
    if (isFairleadError(error)) return error.message;
    throw error;
  }
  return undefined;
}

/**
 * What an entry wishes of TLS besides whether it is on; `undefined` where it wishes nothing.
 * @param options The entry's further members, which its protocol's schema has checked.
 * @throws FairleadError `usage`.
 */
export function tlsOptionsOf({ tls }: Readonly<Record<string, unknown>>): TlsOptions | undefined {
  return isRecord(tls) ? readTls(tls).tlsOptions : undefined;
}

/** The member as `GET /settings` shows it: without keys and certificates, with the names of secrets. */
export function shownTls(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (!HIDDEN_MEMBERS.includes(name) && Object.hasOwn(members, name)) return [name, member];
      return [name, name === 'mode' || isReference(member) ? member : HIDDEN];
    }),
  );
}
