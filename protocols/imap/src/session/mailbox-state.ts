// The selected mailbox as the server describes it, response by response. It sends nothing.
import type { Response, ResponseCode } from '../responses/types/response.ts';
import type { SelectedMailbox } from '../types/mailboxes.ts';
import { protocolError } from '../wire/errors.ts';

type Figures = { -readonly [Key in keyof SelectedMailbox]: SelectedMailbox[Key] };

/** One selected mailbox. */
export class MailboxState {
  /** As they change. */
  readonly figures: Figures;

  constructor(name: string, isReadOnly: boolean) {
    this.figures = {
      name,
      isReadOnly,
      exists: 0,
      uidValidity: 0,
      uidNext: undefined,
      highestModSeq: undefined,
      flags: [],
      permanentFlags: ['\\*'],
      mailboxId: undefined,
    };
  }

  /** As of now. */
  get current(): SelectedMailbox {
    return { ...this.figures };
  }

  /** Takes any response. */
  take(response: Response): void {
    const figures = this.figures;
    switch (response.type) {
      case 'exists':
        figures.exists = response.number;
        break;
      case 'expunge':
        figures.exists = Math.max(0, figures.exists - 1);
        break;
      case 'vanished':
        if (!response.isEarlier) figures.exists = Math.max(0, figures.exists - response.uids.size);
        break;
      case 'flags':
        figures.flags = response.words;
        break;
      case 'condition':
      case 'tagged':
        if (response.code !== undefined) this.#takeCode(response.code);
    }
  }

  #takeCode({ name, number, modSeq, words, argument }: ResponseCode): void {
    const figures = this.figures;
    if (name === 'UIDVALIDITY' && number !== undefined) {
      // RFC 9051 section 2.3.1.1: UIDs hold for the whole session.
      if (figures.uidValidity !== 0 && figures.uidValidity !== number) {
        throw protocolError('the UIDVALIDITY of the selected mailbox changed');
      }
      figures.uidValidity = number;
    }
    if (name === 'UIDNEXT' && number !== undefined) figures.uidNext = number;
    else if (name === 'HIGHESTMODSEQ' && modSeq !== undefined) figures.highestModSeq = modSeq;
    else if (name === 'PERMANENTFLAGS' && words !== undefined) figures.permanentFlags = words;
    else if (name === 'READ-ONLY') figures.isReadOnly = true;
    else if (name === 'READ-WRITE') figures.isReadOnly = false;
    else if (name === 'MAILBOXID' && argument !== undefined) {
      figures.mailboxId = argument.replace(/^\(|\)$/g, '');
    }
  }
}
