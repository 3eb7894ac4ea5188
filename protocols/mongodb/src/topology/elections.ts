// Tells a set's primary from one of the past that has not learned of its successor yet: "Server Discovery and Monitoring", "Using
// electionId and setVersion to detect stale primaries". It keeps the highest election that it has seen.
import { ObjectId } from 'bson';
import type { ServerDescription } from '../connection/types.ts';

/** MongoDB 6.0: the election counts before the version of the set's settings. */
const ELECTION_FIRST = 17;

/** The highest election of one replica set. */
export class Elections {
  #electionId = '';
  #setVersion = -1;

  /** Whether no later election is known. What it says is noted. */
  isCurrent({ electionId, setVersion = -1, maxWireVersion }: ServerDescription): boolean {
    // As hexadecimal digits, which grow with each election.
    const election = electionId instanceof ObjectId ? electionId.toHexString() : '';
    if (maxWireVersion >= ELECTION_FIRST) {
      const isOld =
        election < this.#electionId || (election === this.#electionId && setVersion < this.#setVersion);
      if (!isOld) this.#note(election, setVersion);
      return !isOld;
    }
    if (election !== '' && setVersion >= 0) {
      const isOld =
        setVersion < this.#setVersion || (setVersion === this.#setVersion && election < this.#electionId);
      if (isOld && this.#electionId !== '') return false;
      this.#electionId = election;
    }
    this.#setVersion = Math.max(this.#setVersion, setVersion);
    return true;
  }

  #note(electionId: string, setVersion: number): void {
    this.#electionId = electionId;
    this.#setVersion = setVersion;
  }
}
