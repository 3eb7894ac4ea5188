// The mails that `npm start` has caught: the last hundred, in memory. It forwards none.
import { subjectOf } from './subject.ts';

const MAX_MAILS = 100;

/** A mail that was caught. */
export interface Mail {
  /** Counts up from 1. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** The envelope's sender; empty for bounces. */
  readonly from: string;
  /** The envelope's recipients. */
  readonly to: readonly string[];
  readonly subject: string;
  /** As it came, dots unstuffed. */
  readonly source: Buffer;
}

/** Mails in the order in which they came. */
export class Mailbox {
  readonly #mails: Mail[] = [];
  #lastId = 0;

  /** Takes a mail in; the oldest leaves when there are too many. */
  add(mail: Pick<Mail, 'from' | 'to' | 'source'>): Mail {
    this.#lastId += 1;
    const caught: Mail = {
      id: this.#lastId,
      receivedAt: new Date().toISOString(),
      ...mail,
      subject: subjectOf(mail.source),
    };
    this.#mails.push(caught);
    if (this.#mails.length > MAX_MAILS) this.#mails.shift();
    return caught;
  }

  /** All that are kept, the last one first. */
  newestFirst(): readonly Mail[] {
    return this.#mails.toReversed();
  }

  find(id: number): Mail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }
}
