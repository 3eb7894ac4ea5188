// What the broker says of a connection: CONNACK as `ServerInfo` or as an error, and DISCONNECT. Nothing is sent here.
import type { FairleadError, Peer } from '@fairlead/errors';
import { refused } from '../../errors.ts';
import type { Settings } from '../../options/options.ts';
import type { ServerInfo } from '../../types/client.ts';
import type { Qos } from '../../types/messages.ts';
import type { Decoder } from '../../wire/decode/decoder.ts';

/** The part of CONNECT that differs between the connections of one client. */
export interface Login {
  /** Whether the broker shall forget an earlier session. */
  readonly clean: boolean;
  readonly clientId: string;
  readonly password: string | Uint8Array | undefined;
  /** The first data of enhanced authentication. */
  readonly initialData: Uint8Array | undefined;
}

/** Reason codes that refuse the user or the client identifier: they become the error code `auth`. */
const AUTH_REFUSALS = [0x85, 0x86, 0x87, 0x8a, 0x8c];

/** MQTT 3.1.1 has no Receive Maximum. Mosquitto takes 20 at once there; it acknowledges more, and loses them. */
const IN_FLIGHT_3_1_1 = 20;

/** The error of a CONNACK that refuses the connection; `undefined` where it accepts. */
export function refusalOf({ reasonCode, properties }: Decoder, peer: Peer): FairleadError | undefined {
  if (reasonCode === 0) return undefined;
  const code = AUTH_REFUSALS.includes(reasonCode) ? 'auth' : 'server';
  return refused('refused the connection', reasonCode, properties.reasonString, code, {
    peer,
    safeToRetry: true,
  });
}

/** The error of a DISCONNECT from the broker, in the broker's words. */
export function disconnected({ reasonCode, properties }: Decoder, peer: Peer): FairleadError {
  return refused('ended the connection', reasonCode, properties.reasonString, 'connection_lost', { peer });
}

/** What a CONNACK that accepts says, with the specification's defaults (section 3.2.2.3). */
export function serverInfo(
  settings: Settings,
  clientId: string,
  { sessionPresent, properties }: Decoder,
): ServerInfo {
  return {
    protocolVersion: settings.protocolVersion,
    sessionPresent,
    clientId: properties.assignedClientIdentifier ?? clientId,
    keepAliveSeconds: properties.serverKeepAlive ?? settings.keepAliveSeconds,
    sessionExpirySeconds: properties.sessionExpiryInterval ?? settings.sessionExpirySeconds,
    receiveMaximum: properties.receiveMaximum ?? (settings.protocolVersion === 5 ? 0xffff : IN_FLIGHT_3_1_1),
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
