// Mailbox names in modified UTF-7 (RFC 3501 section 5.1.3), both ways. A name that is not valid stays as it came.

/** The name as a server wants it that has no UTF-8. */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^ -~]+/g, (run) => (run === '&' ? '&-' : `&${base64Of(run)}-`));
}

/** The name for people; the raw one where it would not come back as it was. */
export function decodeMailboxName(raw: string): string {
  if (!raw.includes('&')) return raw;
  const name = raw.replace(/&([A-Za-z0-9+,]*)-/g, (_, run: string) => (run === '' ? '&' : textOf(run)));
  return name.isWellFormed() && encodeMailboxName(name) === raw ? name : raw;
}

/** Whether it is the INBOX, whose name alone has no case (RFC 9051 section 5.1). */
export function isInbox(name: string): boolean {
  return /^inbox$/i.test(name);
}

function base64Of(run: string): string {
  let binary = '';
  for (let at = 0; at < run.length; at++) {
    const unit = run.charCodeAt(at);
    binary += String.fromCharCode(unit >> 8, unit & 255);
  }
  return btoa(binary).replace(/=+$/, '').replace(/\//g, ',');
}

/** What is no base64 at all becomes the empty text, so that the name does not come back as it was. */
function textOf(run: string): string {
  if (run.length % 4 === 1) return '';
  const binary = atob(run.replace(/,/g, '/'));
  let text = '';
  for (let at = 0; at + 1 < binary.length; at += 2) {
    text += String.fromCharCode((binary.charCodeAt(at) << 8) | binary.charCodeAt(at + 1));
  }
  return text;
}
