// Alerts that arrive (RFC 8446 section 6).
import { ALERTS, illegal, TlsFault, undecodable } from '../fault.ts';
import { MAX_WARNINGS } from './record.ts';

/** The alerts that only arrive, by number: RFC 8446, RFC 5246, RFC 6066, RFC 7507. */
const OTHERS: Readonly<Record<number, string>> = {
  44: 'certificate_revoked',
  49: 'access_denied',
  86: 'inappropriate_fallback',
  112: 'unrecognized_name',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
};

const WARNING = 1;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
const USER_CANCELED = 90;

/** The server has ended the connection by an alert. */
export class ReceivedAlert extends Error {
  override readonly name = 'ReceivedAlert';
  /** `certificate_required`, or `alert 200` for one without a name. */
  readonly alert: string;
  /** Set where the server had asked for a certificate and got none. */
  lacksCertificate = false;

  constructor(description: number) {
    const sent = Object.entries(ALERTS).find(([, number]) => number === description)?.[0];
    const alert = sent ?? OTHERS[description] ?? `alert ${description}`;
    super(`the server ended the connection with the alert ${alert}`);
    this.alert = alert;
  }
}

/** Reads the alerts of one connection and counts its warnings. */
export class AlertReader {
  #warnings = 0;

  /**
   * @param isTls13 Whether the connection is TLS 1.3, which knows no warnings but two.
   * @returns `closed` for close_notify; `undefined` for a warning that changes nothing.
   * @throws ReceivedAlert for a fatal one; TlsFault where it is malformed, or where warnings do not end.
   */
  read(content: Uint8Array, isTls13: boolean): 'closed' | undefined {
    const [level, description] = content;
    if (content.length !== 2 || level === undefined || description === undefined)
      throw undecodable('an alert');
    if (level === FATAL) throw new ReceivedAlert(description);
    if (level !== WARNING) throw illegal(`an alert has the level ${level}`);
    if (description === CLOSE_NOTIFY) return 'closed';
    if (isTls13 && description !== USER_CANCELED) throw undecodable('an alert');
    this.#warnings++;
    if (this.#warnings > MAX_WARNINGS)
      throw new TlsFault('unexpected_message', 'the server sends warnings without end');
    return undefined;
  }
}
