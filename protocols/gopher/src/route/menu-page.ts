// A menu as a small page: no script, no style, everything that the server wrote escaped. It links to this gateway's own
// route, and to http, https and mailto; to nothing else.
import type { MenuItem } from '../wire/messages.ts';

/** The query parameters of an item's link to this gateway; undefined for an item without a link. */
export type QueryOf = (item: MenuItem) => Readonly<Record<string, string>> | undefined;

const OUTSIDE = /^(?:https?|mailto):/i;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The page of a menu. */
export function menuPage(title: string, items: readonly MenuItem[], queryOf: QueryOf): string {
  const lines = items.map((item) => line(item, queryOf)).join('');
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>\n` +
    `<body><h1>${escapeHtml(title)}</h1>\n<pre>\n${lines}</pre></body></html>\n`
  );
}

function line(item: MenuItem, queryOf: QueryOf): string {
  const text = escapeHtml(item.display);
  if (item.url !== undefined && item.type === 'h' && OUTSIDE.test(item.url)) {
    return `${link(item.url, text, ' rel="noreferrer noopener"')}\n`;
  }
  const query = queryOf(item);
  if (query === undefined) return `${text}\n`;
  if (item.type !== '7') return `${link(`?${new URLSearchParams(query)}`, text)}\n`;
  const hidden = Object.entries(query).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `</pre><form>${hidden.join('')}<label>${text} <input name="search"></label></form><pre>\n`;
}

function link(href: string, text: string, attributes = ''): string {
  return `<a href="${escapeHtml(href)}"${attributes}>${text}</a>`;
}

/** For text and for attribute values in quotes. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
