// What a clipboard brings to a shell, and which links of a server may be opened.
import { describe, expect, it } from 'vitest';
import { webUrl } from '../../src/pages/ssh/screen/link-url.ts';
import { MAX_PASTE, readPaste } from '../../src/pages/ssh/terminal/paste.ts';

describe('readPaste', () => {
  it.each([
    ['ls -l', 'ls -l', 1, 0],
    ['ls\n', 'ls\n', 2, 0],
    ['a\r\nb\rc', 'a\nb\nc', 3, 0],
    // The end of a bracketed paste, in a clipboard that a page has filled.
    ['ok\u001b[201~rm -rf /\u0003', 'ok[201~rm -rf /', 1, 2],
    ['tab\there', 'tab\there', 1, 0],
    ['\u009b31m', '31m', 1, 1],
  ])('reads %j', (clipboard, text, lines, removed) =>
    expect(readPaste(clipboard)).toEqual({ text, lines, removed, isTooLong: false }),
  );

  it('has an end', () => {
    expect(readPaste('x'.repeat(MAX_PASTE)).isTooLong).toBe(false);
    expect(readPaste('x'.repeat(MAX_PASTE + 1)).isTooLong).toBe(true);
  });
});

describe('webUrl', () => {
  it.each(['https://example.com/a?b#c', 'http://127.0.0.1:8080/'])('takes %s', (text) =>
    expect(webUrl(text)?.href).toBe(text),
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt://example.com/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'blob:https://example.com/x',
    'https://user:password@example.com/',
    'example.com',
    '',
  ])('takes no %s', (text) => expect(webUrl(text)).toBeUndefined());
});
