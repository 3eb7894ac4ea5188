// The mails that were caught, as a page, as JSON, and as their plain source. Text only: it shows no mail's HTML, runs no
// script, and takes no order.
import { createServer, type ServerResponse } from 'node:http';
import { listenLocally, type RunningServer } from '../local-server.ts';
import type { Mail, Mailbox } from './mailbox.ts';

const MAX_CONNECTIONS = 64;
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
const TEXT_TYPE = 'text/plain; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/**
 * Starts the page: `/` for people, `/mails` as JSON, `/mails/{id}` a mail as it came.
 * @param port 0 for any free one.
 */
export async function startMailPage(mailbox: Mailbox, port = 0): Promise<RunningServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    // A page of any site can have a name of its own lead here, and read what it is given under that name.
    if (!isLocalName(headers.host)) return send(response, text(421, 'This server is 127.0.0.1 alone'));
    if (method !== 'GET' && method !== 'HEAD') return send(response, text(405, 'Only GET and HEAD'));
    send(response, answer(mailbox, url));
  });
  return listenLocally(server, port, MAX_CONNECTIONS);
}

function isLocalName(host = ''): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host);
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const allow = status === 405 ? { Allow: 'GET, HEAD' } : {};
  response.writeHead(status, { ...HEADERS, ...allow, 'Content-Type': type }).end(body);
}

function answer(mailbox: Mailbox, path: string): Answer {
  if (path === '/') {
    return { status: 200, type: 'text/html; charset=utf-8', body: page(mailbox.newestFirst()) };
  }
  if (path === '/mails') {
    const mails = mailbox.newestFirst().map(({ source, ...mail }) => ({ ...mail, bytes: source.length }));
    return { status: 200, type: 'application/json', body: `${JSON.stringify({ mails })}\n` };
  }
  const id = /^\/mails\/(\d{1,15})$/.exec(path)?.[1];
  const mail = id === undefined ? undefined : mailbox.find(Number(id));
  return mail
    ? { status: 200, type: TEXT_TYPE, body: mail.source }
    : text(404, 'There is no such mail or page');
}

function text(status: number, words: string): Answer {
  return { status, type: TEXT_TYPE, body: `${words}\n` };
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.4rem 0.8rem 0.4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #8886; }
td { overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
`;

function page(mails: readonly Mail[]): string {
  const content =
    mails.length === 0
      ? '<p>Nothing was caught yet. Send a mail by <code>POST /smtp/send</code> and load this page again.</p>'
      : `<table>
<thead><tr><th>Subject</th><th>From</th><th>To</th><th>Received (UTC)</th><th class="number">Bytes</th></tr></thead>
<tbody>
${mails.map(row).join('\n')}
</tbody>
</table>
<p>The last 100 are kept, in memory. <a href="/mails">As JSON</a></p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caught mail</title>
<style>${STYLE}</style>
<h1>Caught mail</h1>
${content}
</html>
`;
}

function row({ id, subject, from, to, receivedAt, source }: Mail): string {
  return `<tr><td><a href="/mails/${id}">${escapeHtml(subject || '(no subject)')}</a></td><td>${escapeHtml(from || '<>')}</td>\
<td>${escapeHtml(to.join(', '))}</td><td><time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace('T', ' ')}</time></td>\
<td class="number">${source.length}</td></tr>`;
}

function escapeHtml(words: string): string {
  return words.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
