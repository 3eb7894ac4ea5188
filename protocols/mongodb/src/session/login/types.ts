// What a server says of itself. Types only.
import type { Document } from 'bson';

/** What a server says of itself in its answer to `hello`, checked and with names of our own. */
export interface ServerDescription {
  readonly kind: 'standalone' | 'primary' | 'secondary' | 'arbiter' | 'other' | 'mongos' | 'load balancer';
  readonly maxWireVersion: number;
  readonly maxBsonObjectSize: number;
  readonly maxMessageSizeBytes: number;
  readonly maxWriteBatchSize: number;
  /** Present where the server has sessions. */
  readonly logicalSessionTimeoutMinutes: number | undefined;
  /** Replica sets: the set's name, its members, its primary, and this member's own name, as `host:port`. */
  readonly setName: string | undefined;
  readonly hosts: readonly string[];
  readonly primary: string | undefined;
  readonly me: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Which election has made it the primary: a lower one than known is a primary of the past. */
  readonly electionId: unknown;
  readonly setVersion: number | undefined;
  readonly topologyVersion: Document | undefined;
  /** Behind a load balancer: which server it is. */
  readonly serviceId: unknown;
  readonly lastWriteDate: Date | undefined;
}
