// HTTP statuses for an IMAP server's refusals, by response code (RFC 5530, RFC 9051 section 7.1). Data only.

const STATUSES = {
  // The mailbox was made anew: UIDs of before are void.
  UIDVALIDITY: 409,
  ALREADYEXISTS: 409,
  NONEXISTENT: 404,
  TRYCREATE: 404,
  NOPERM: 403,
  OVERQUOTA: 507,
  TOOBIG: 413,
  // The server asks to try again later.
  UNAVAILABLE: 503,
  INUSE: 503,
  LIMIT: 503,
  THROTTLED: 503,
  BYE: 503,
} as const;

/** @returns Undefined for what stays 400. */
export function statusOf(code: string): (typeof STATUSES)[keyof typeof STATUSES] | undefined {
  return Object.hasOwn(STATUSES, code) ? STATUSES[code as keyof typeof STATUSES] : undefined;
}
