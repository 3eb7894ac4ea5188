// A stranger's HTML as a document that does nothing: no script, no frame, no request. The frame that shows it forbids the same again.
import { inertDocument } from './inert-document.ts';

/** What is left of a document, and what it held. */
export interface PassiveHtml {
  /** A whole document, for `srcdoc`. */
  readonly document: string;
  /** Where it would have loaded images, styles or sounds from: so many addresses. */
  readonly blocked: number;
  /** Its links with `http:` and `https:`, each address once. */
  readonly links: readonly HtmlLink[];
}

/** A link, and where it really leads. */
export interface HtmlLink {
  readonly text: string;
  readonly url: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
/** What acts, loads, or changes what the rest means; a policy does not cover all of what `link` and `meta` do. */
const ACTING =
  'script, link, meta, base, iframe, frame, object, embed, portal, form[action], template, noscript, svg, math';
/** Attributes that name what is loaded. */
const LOADING = ['src', 'srcset', 'background', 'poster', 'data', 'lowsrc'];
const MAX_LINKS = 500;
/** Of a link's text so much is read: links may hold one another in tables. */
const MAX_LINK_TEXT = 2_000;
/** Beside the frame, since a mail's colours suppose a white ground. */
const STYLE =
  'body{margin:.75rem;background:#fff;color:#000;font:15px/1.5 sans-serif;overflow-wrap:anywhere}img{max-width:100%}';

/**
 * Takes all that acts out of a document. Links lose their address, which stands in `links`. SVG and MathML go as a whole: what is read
 * within them once may be something else when it is read again.
 * @returns Undefined for a document over which the page would stand still.
 */
export function passiveHtml(source: string): PassiveHtml | undefined {
  const parsed = inertDocument(quiet(source));
  if (parsed === undefined) return undefined;
  for (const element of parsed.querySelectorAll(ACTING)) {
    // Its fields stay to be read.
    if (element.localName === 'form') element.removeAttribute('action');
    else element.remove();
  }
  const links = takeLinks(parsed);
  const blocked = new Set<string>();
  for (const element of parsed.querySelectorAll('*')) stripElement(element, blocked);
  for (const style of parsed.querySelectorAll('style'))
    style.textContent = passiveStyle(style.textContent ?? '', blocked);
  const head = parsed.createElement('style');
  head.textContent = STYLE;
  parsed.head.prepend(head);
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="referrer" content="no-referrer">`;
  return {
    document: `<!doctype html><html><head>${policy}</head>${parsed.documentElement.outerHTML}</html>`,
    blocked: blocked.size,
    links,
  };
}

/**
 * Handlers and bases are void in a parsed document and are taken out below; the browser would complain of each in its console, so
 * most of them do not get so far. A search ends at the next tag, so that a megabyte of "<" takes no longer than one of words.
 */
function quiet(source: string): string {
  return source
    .replace(/<base\b[^<>]*>/gi, '')
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])on[a-z]+\s*=/gi, '$1data-handler='));
}

/** An address that may become a link: of the web, and whole. */
export function webUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

function takeLinks(parsed: Document): HtmlLink[] {
  const links = new Map<string, HtmlLink>();
  for (const link of parsed.querySelectorAll('a[href], area[href]')) {
    const url = webUrl(link.getAttribute('href') ?? '');
    for (const name of ['href', 'target', 'ping']) link.removeAttribute(name);
    if (url === undefined || links.size >= MAX_LINKS) continue;
    link.setAttribute('title', url);
    const text = (link.textContent ?? '').slice(0, MAX_LINK_TEXT).replace(/\s+/g, ' ').trim().slice(0, 200);
    if (!links.has(url)) links.set(url, { text: text === '' ? url : text, url });
  }
  return [...links.values()];
}

function stripElement(element: Element, blocked: Set<string>): void {
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name) ?? '';
    if (/^on/i.test(name)) element.removeAttribute(name);
    if (name === 'style') element.setAttribute(name, passiveStyle(value, blocked));
    if (!LOADING.includes(name.toLowerCase()) || /^\s*data:image\//i.test(value)) continue;
    element.removeAttribute(name);
    // A part of the same mail, which is among its files.
    if (value.trim() !== '' && !/^\s*cid:/i.test(value)) blocked.add(value.trim());
  }
}

/** Takes addresses out of a style, and counts them. What escapes hide from this, the policy forbids. */
function passiveStyle(style: string, blocked: Set<string>): string {
  const [first = '', ...imports] = style.split(/@import\b/i);
  const rest = imports.map((rule) => {
    const url = rule.split(/[\s'"();]/).find((word) => word !== '' && word.toLowerCase() !== 'url');
    if (url !== undefined) blocked.add(url);
    return rule.includes(';') ? rule.slice(rule.indexOf(';') + 1) : '';
  });
  return [first, ...rest].join('').replace(/url\(([^()]*)\)/gi, (whole, inside: string) => {
    const url = inside.replace(/['"]/g, '').trim();
    if (url === '' || /^data:/i.test(url)) return whole;
    blocked.add(url);
    return 'url("")';
  });
}
