// The first message: what a client says of itself, and what the server's answer says of the server.

import { defined } from '@fairlead/client';
import type { Document } from 'bson';
import { protocolError } from '../../errors.ts';
import { isObject } from '../../options/concerns.ts';
import type { LoginSettings } from '../../options/login-settings.ts';
import { MAX_BSON_BYTES, MAX_MESSAGE_BYTES } from '../../wire/protocol.ts';
import type { ServerDescription } from './types.ts';

/** MongoDB 4.2: the oldest server that this client speaks to. */
const MIN_WIRE_VERSION = 8;
/** The newest wire version that was known when this was written; servers speak older ones too. */
const MAX_WIRE_VERSION = 29;
const MAX_BATCH_SIZE = 100_000;

/** Shown in the server's log and profiler. It is far below the 512 bytes that servers take. */
const DRIVER = { name: 'fairlead', version: '0' };

/** Whether the first message is the one that every server knows. The Stable API and load balancers want the newer one. */
export function isLegacyHello({ serverApi, loadBalanced }: LoginSettings): boolean {
  return serverApi === undefined && !loadBalanced;
}

/** What the Stable API adds to every command. */
export function apiFields({ serverApi }: Pick<LoginSettings, 'serverApi'>): Document {
  if (serverApi === undefined) return {};
  const { version, strict, deprecationErrors } = serverApi;
  return defined({ apiVersion: version, apiStrict: strict, apiDeprecationErrors: deprecationErrors });
}

/**
 * The hello of a new connection.
 * @param firstStep The first step of the login, which saves a round trip.
 */
export function helloCommand(settings: LoginSettings, firstStep: Document | undefined): Document {
  const { appName, compression, credentials, loadBalanced } = settings;
  const isLegacy = isLegacyHello(settings);
  return defined({
    [isLegacy ? 'isMaster' : 'hello']: 1,
    helloOk: true,
    client: defined({
      application: appName === undefined ? undefined : { name: appName },
      driver: DRIVER,
      os: { type: 'unknown' },
      platform: 'JavaScript',
    }),
    compression: compression === undefined ? [] : [compression.name],
    loadBalanced: loadBalanced || undefined,
    saslSupportedMechs:
      credentials && credentials.mechanism === undefined
        ? `${credentials.source}.${credentials.username}`
        : undefined,
    speculativeAuthenticate: firstStep,
    ...(isLegacy ? {} : { ...apiFields(settings), $db: 'admin' }),
  });
}

/**
 * What the answer says of the server.
 * @throws FairleadError `protocol` for a server that is too old or too new, or that is no load balancer's where one is expected.
 */
export function describeServer(reply: Document, { loadBalanced }: LoginSettings): ServerDescription {
  const maxWireVersion = wholeNumber(reply.maxWireVersion, 0);
  if (maxWireVersion < MIN_WIRE_VERSION || wholeNumber(reply.minWireVersion, 0) > MAX_WIRE_VERSION) {
    throw protocolError(
      `the server speaks the wire versions up to ${maxWireVersion}; this client speaks ${MIN_WIRE_VERSION} (MongoDB 4.2) to ${MAX_WIRE_VERSION}`,
    );
  }
  if (loadBalanced && reply.serviceId === undefined) {
    throw protocolError('the server does not support load-balanced mode (its hello has no serviceId)');
  }
  const { lastWrite } = reply;
  return {
    kind: loadBalanced ? 'load balancer' : kindOf(reply),
    maxWireVersion,
    maxBsonObjectSize: Math.min(wholeNumber(reply.maxBsonObjectSize, MAX_BSON_BYTES), MAX_BSON_BYTES),
    maxMessageSizeBytes: Math.min(
      wholeNumber(reply.maxMessageSizeBytes, MAX_MESSAGE_BYTES),
      MAX_MESSAGE_BYTES,
    ),
    maxWriteBatchSize: wholeNumber(reply.maxWriteBatchSize, MAX_BATCH_SIZE),
    logicalSessionTimeoutMinutes: optionalNumber(reply.logicalSessionTimeoutMinutes),
    setName: text(reply.setName),
    hosts: [...names(reply.hosts), ...names(reply.passives), ...names(reply.arbiters)],
    primary: text(reply.primary)?.toLowerCase(),
    me: text(reply.me)?.toLowerCase(),
    tags: tagsOf(reply.tags),
    electionId: reply.electionId,
    setVersion: optionalNumber(reply.setVersion),
    topologyVersion: isDocument(reply.topologyVersion) ? reply.topologyVersion : undefined,
    serviceId: reply.serviceId,
    lastWriteDate:
      isDocument(lastWrite) && lastWrite.lastWriteDate instanceof Date ? lastWrite.lastWriteDate : undefined,
  };
}

/** As the specification of server discovery orders it. */
function kindOf(reply: Document): ServerDescription['kind'] {
  if (reply.msg === 'isdbgrid') return 'mongos';
  if (text(reply.setName) === undefined) return reply.isreplicaset === true ? 'other' : 'standalone';
  if (reply.hidden === true) return 'other';
  if (reply.isWritablePrimary === true || reply.ismaster === true) return 'primary';
  if (reply.secondary === true) return 'secondary';
  return reply.arbiterOnly === true ? 'arbiter' : 'other';
}

/** A number above 0 of any of BSON's kinds. */
function optionalNumber(value: unknown): number | undefined {
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function wholeNumber(value: unknown, otherwise: number): number {
  return optionalNumber(value) ?? otherwise;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Names of members, in lower case, as they are compared. */
function names(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}

const isDocument: (value: unknown) => value is Document = isObject;

function tagsOf(value: unknown): Record<string, string> {
  const tags: Record<string, string> = {};
  if (!isDocument(value)) return tags;
  for (const [name, tag] of Object.entries(value)) {
    if (typeof tag === 'string') Object.defineProperty(tags, name, { value: tag, enumerable: true });
  }
  return tags;
}

/** The mechanisms that the server has for the user; `undefined` where it says none. */
export function mechanismsOf({ saslSupportedMechs }: Document): readonly unknown[] | undefined {
  return Array.isArray(saslSupportedMechs) ? saslSupportedMechs : undefined;
}

/** Whether messages are compressed from now on. */
export function agreesTo({ compression }: Document, name: string): boolean {
  return Array.isArray(compression) && compression.includes(name);
}
