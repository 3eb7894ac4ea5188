// The mail that is sent, and what is missing in it.
import { describe, expect, it } from 'vitest';
import { attachmentRoom, encodeBase64 } from '../../src/pages/smtp/compose/files/base64.ts';
import { faultsOf, mailOf, recipientsOf } from '../../src/pages/smtp/compose/mail.ts';
import { queueIdOf } from '../../src/pages/smtp/compose/server-answer.ts';

const EMPTY = { from: '', to: '', cc: '', bcc: '', replyTo: '', subject: '', text: '', html: undefined };

describe('the mail', () => {
  it('leaves out what was not typed', () => {
    expect(mailOf({ ...EMPTY, to: 'a@b.test', subject: 'S', text: 'T', html: '  ' }, [])).toEqual({
      to: ['a@b.test'],
      subject: 'S',
      text: 'T',
    });
  });

  it('has names, an HTML version and files', () => {
    const typed = { ...EMPTY, from: 'Ann <a@b.test>', bcc: 'c@d.test, e@f.test', html: '<b>T</b>' };
    expect(
      mailOf(typed, [
        { filename: 'a.bin', contentType: '', content: 'AA==' },
        { filename: 'b.txt', contentType: 'text/plain', content: '' },
      ]),
    ).toEqual({
      from: [{ name: 'Ann', address: 'a@b.test' }],
      bcc: ['c@d.test', 'e@f.test'],
      subject: '',
      text: '',
      html: '<b>T</b>',
      attachments: [
        { filename: 'a.bin', content: 'AA==' },
        { filename: 'b.txt', content: '', contentType: 'text/plain' },
      ],
    });
  });

  it('says what is to be mended, by field', () => {
    expect(faultsOf({ ...EMPTY, cc: 'a@b.test' })).toEqual({});
    expect(faultsOf(EMPTY)).toEqual({ to: 'The mail needs a recipient.' });
    const faults = faultsOf({ ...EMPTY, from: 'a@b.test, c@d.test', to: 'ann', replyTo: '@' });
    expect(Object.keys(faults).sort()).toEqual(['from', 'replyTo', 'to']);
    expect(recipientsOf({ to: 'a@b.test, c@d.test', cc: '', bcc: 'e@f.test' })).toBe(3);
  });
});

describe('attachments', () => {
  it.each([0, 1, 2, 3, 0x6000, 0x6001, 100_000])('of %d bytes as base64', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });

  it('fit into a request with the rest of the mail', () => {
    const room = attachmentRoom(4_194_304);
    expect(Math.ceil(room / 3) * 4).toBeLessThan(4_194_304);
    expect(room).toBeGreaterThan(3_000_000);
    expect(attachmentRoom(1000)).toBe(0);
  });
});

it.each([
  ['250 2.0.0 Ok: queued as 4Xy2Zz', '4Xy2Zz'],
  ['250 OK id=1wAbCd-00000000123-AbCd', '1wAbCd-00000000123-AbCd'],
  ['250 2.0.0 8d3af0b2 Message accepted for delivery', '8d3af0b2'],
  ['250 2.0.0 Message accepted for delivery: q7', 'q7'],
  ['250 OK', undefined],
])('the queue’s name in %j', (response, id) => expect(queueIdOf(response)).toBe(id));
