// Who may send over a named connection: its `from`, applied to envelope and header. It refuses, and rewrites nothing.
import { FairleadError } from '@fairlead/errors';
import { readMailbox } from '../address.ts';
import { readAddresses } from '../mime/addresses.ts';
import type { Mail, MailAddresses } from '../mime/mail.ts';

/** Addresses (`app@example.com`) and whole domains (`@example.com`). */
export class Senders {
  readonly #allowed: readonly string[] | undefined;

  constructor(from: string | readonly string[] | undefined) {
    this.#allowed = from === undefined ? undefined : [from].flat().map((one) => one.toLowerCase());
  }

  /** Whether any sender at all is allowed. */
  get unrestricted(): boolean {
    return this.#allowed === undefined;
  }

  /** The sender where the caller names none; `undefined` where there are several, or none. */
  get only(): string | undefined {
    const [first, ...others] = this.#allowed ?? [];
    return others.length === 0 && !first?.startsWith('@') ? first : undefined;
  }

  /** @throws FairleadError `policy` for an address that may not send. */
  check(addresses: readonly string[]): void {
    const allowed = this.#allowed;
    if (allowed === undefined) return;
    for (const address of addresses) {
      const wire = address === '' ? '' : readMailbox(address, 'from').wire.toLowerCase();
      const domain = wire.slice(wire.lastIndexOf('@'));
      // The empty sender is for notifications; whoever may send may use it.
      if (wire === '' || allowed.includes(wire) || allowed.includes(domain)) continue;
      throw new FairleadError(
        'policy',
        `${wire} is not among the senders that this connection allows (from)`,
        {
          safeToRetry: true,
        },
      );
    }
  }

  /** Checks all that a mail says about its sender. @throws FairleadError `policy`, `usage`. */
  checkMail({ from, sender, envelope }: Pick<Mail, 'from' | 'sender' | 'envelope'>): void {
    const list = (given: MailAddresses | undefined, role: string): string[] =>
      readAddresses(given, role).map(({ address }) => address);
    this.check([...list(from, 'from'), ...list(sender, 'sender')]);
    if (envelope?.from !== undefined) this.check([envelope.from]);
  }
}
