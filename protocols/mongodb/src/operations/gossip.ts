// What a client has learnt from replies: the deployment's cluster time, and how far away its server is.
import type { Document, Timestamp } from 'bson';
import type { CommandLink } from '../connection/types.ts';

/** Keeps the highest cluster time, and the shortest round trip of the connection that was used last. */
export class Gossip {
  /** `$clusterTime` for the next command. */
  clusterTime: Document | undefined;
  /** The connection of the last reply. */
  link: CommandLink | undefined;
  #roundTripMs = 0;

  /** @param sentAt `Date.now()` when the command was given to the connection. */
  received({ $clusterTime }: Document, link: CommandLink, sentAt: number): void {
    const ms = Date.now() - sentAt;
    if (link !== this.link) {
      this.link = link;
      this.#roundTripMs = ms;
    } else if (ms < this.#roundTripMs) {
      this.#roundTripMs = ms;
    }
    if ($clusterTime !== undefined) this.clusterTime = laterClusterTime(this.clusterTime, $clusterTime);
  }

  /** The shortest round trip that was measured on this connection; 0 where there was none. */
  roundTripMs(link: CommandLink): number {
    return link === this.link ? this.#roundTripMs : 0;
  }
}

/** The later of two `$clusterTime` documents. One without a timestamp counts for nothing. */
export function laterClusterTime(known: Document | undefined, heard: Document): Document | undefined {
  const time: unknown = heard?.clusterTime;
  if (!isTimestamp(time)) return known;
  return known === undefined || time.greaterThan(known.clusterTime) ? heard : known;
}

/** Whether a value of a reply is a timestamp. */
export function isTimestamp(value: unknown): value is Timestamp {
  return (
    typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'Timestamp'
  );
}
