// HTTP statuses for an FTP server's refusals (RFC 959 section 4.2). Data only.

/** @returns Undefined for what stays 400. */
export function statusOf(code: string): 404 | 503 | 507 | undefined {
  // The only word that FTP has for what is not there and for what is not allowed.
  if (code === '550') return 404;
  if (code === '452' || code === '552') return 507;
  // The server asks to try again later.
  return code.startsWith('4') ? 503 : undefined;
}
