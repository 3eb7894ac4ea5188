// What a mail server's last words tell: the name under which it keeps the mail.

/** The queue's name for the mail, as Postfix, Exim, OpenSMTPD, Sendmail and others say it; undefined where they do not. */
export function queueIdOf(response: string): string | undefined {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(response)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

const PATTERNS = [
  /queued as ([\w.-]+)/i,
  /\bid=([\w.-]+)/i,
  /^\d{3}[ -](?:\d\.\d+\.\d+ )?(\w+) Message accepted/i,
  /accepted for delivery:? ([\w.-]+)/i,
];
