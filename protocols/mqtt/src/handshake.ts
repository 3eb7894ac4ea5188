// CONNECT and what CONNACK says: options to a packet, and a packet to what users see. It sends nothing.
import type { FairleadError, Peer } from '@fairlead/errors';
import type { GeneratedPacket } from '#mqtt-packet';
import type { MessageProperties, Qos, ServerInfo, Will } from './api.ts';
import type { Decoder } from './decode/decoder.ts';
import { asBuffer, encodeProperties, pairs, wholeNumber } from './encode.ts';
import { refused } from './errors.ts';
import type { Settings } from './options.ts';
import type { WireLimits } from './session/wire.ts';

/** Refusals of who is asking, rather than of what is asked. */
const AUTH_REFUSALS = [0x85, 0x86, 0x87, 0x8a, 0x8c];

/** @throws FairleadError `usage`. */
export function connectPacket(settings: Settings, clean: boolean): GeneratedPacket {
  const { protocolVersion, clientId, keepAliveSeconds, username, password, will, authentication } = settings;
  const properties = {
    sessionExpiryInterval: settings.sessionExpirySeconds || undefined,
    receiveMaximum: settings.receiveMaximum,
    maximumPacketSize: settings.maxPacketBytes,
    topicAliasMaximum: settings.topicAliasMaximum,
    requestResponseInformation: settings.requestResponseInformation,
    userProperties: pairs(settings.userProperties),
    authenticationMethod: authentication?.method,
    authenticationData: asBuffer(authentication?.initialData),
  };
  return {
    cmd: 'connect',
    protocolVersion,
    clientId,
    clean,
    keepalive: keepAliveSeconds,
    username: username ?? (password === undefined ? undefined : ''),
    password: typeof password === 'string' ? password : asBuffer(password),
    will: will && willOf(will, protocolVersion),
    properties: protocolVersion === 5 ? properties : undefined,
  };
}

function willOf(
  { topic, payload, qos, retain, delaySeconds, properties = {} }: Will,
  version: 4 | 5,
): unknown {
  // For its checks.
  encodeProperties(properties, version);
  const bytes = asBuffer(typeof payload === 'string' ? new TextEncoder().encode(payload) : payload);
  const willDelayInterval = delaySeconds && wholeNumber(delaySeconds, 0xffff_ffff, 'delaySeconds');
  return {
    topic,
    payload: bytes,
    qos: qos ?? 0,
    retain: retain ?? false,
    properties: { willDelayInterval: willDelayInterval || undefined, ...packetProperties(properties) },
  };
}

function packetProperties(properties: MessageProperties): Record<string, unknown> {
  return {
    payloadFormatIndicator: properties.payloadIsText,
    messageExpiryInterval: properties.messageExpirySeconds,
    contentType: properties.contentType,
    responseTopic: properties.responseTopic,
    correlationData: asBuffer(properties.correlationData),
    userProperties: pairs(properties.userProperties),
  };
}

/** The error that a CONNACK is, if it is one. */
export function refusalOf({ reasonCode, properties }: Decoder, peer: Peer): FairleadError | undefined {
  if (reasonCode === 0) return undefined;
  const code = AUTH_REFUSALS.includes(reasonCode) ? 'auth' : 'server';
  return refused('refused the connection', reasonCode, properties.reasonString, code, {
    peer,
    safeToRetry: true,
  });
}

/** What a CONNACK that accepts says, with the specification's defaults (section 3.2.2.3). */
export function serverInfo(settings: Settings, { sessionPresent, properties }: Decoder): ServerInfo {
  return {
    protocolVersion: settings.protocolVersion,
    sessionPresent,
    clientId: properties.assignedClientIdentifier ?? settings.clientId,
    keepAliveSeconds: properties.serverKeepAlive ?? settings.keepAliveSeconds,
    sessionExpirySeconds: properties.sessionExpiryInterval ?? settings.sessionExpirySeconds,
    receiveMaximum: properties.receiveMaximum ?? 0xffff,
    maximumQos: (properties.maximumQoS ?? 2) as Qos,
    retainAvailable: properties.retainAvailable !== 0,
    maximumPacketBytes: properties.maximumPacketSize,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    wildcardSubscriptionAvailable: properties.wildcardSubscriptionAvailable !== 0,
    // MQTT 3.1.1 has no identifiers; shared subscriptions some brokers take there too.
    subscriptionIdentifiersAvailable:
      settings.protocolVersion === 5 && properties.subscriptionIdentifiersAvailable !== 0,
    sharedSubscriptionAvailable: properties.sharedSubscriptionAvailable !== 0,
    responseInformation: properties.responseInformation,
    serverReference: properties.serverReference,
    reasonString: properties.reasonString,
    userProperties: properties.userProperties ?? [],
  };
}

/** What limits what is sent. */
export function wireLimits(server: ServerInfo): WireLimits {
  return { ...server, version: server.protocolVersion };
}
