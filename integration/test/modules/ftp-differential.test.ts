// FTP: the same steps through basic-ftp and through our client, with the same answers, at every server in every mode.
import { expect, it } from 'vitest';
import { FTP_SERVERS, login, WAYS } from './ftp.ts';
import { type FtpStep, ours, theirs } from './ftp-oracle.ts';

/** Works in `directory`, which must not be there yet; leaves nothing behind. */
function steps(directory: string): FtpStep[] {
  const at = (name: string): string => `${directory}/${name}`;
  return [
    { do: 'workingDirectory' },
    { do: 'mkdir', path: directory },
    { do: 'mkdir', path: directory },
    { do: 'write', path: at('a.txt'), text: 'ahoy'.repeat(30_000) },
    { do: 'size', path: at('a.txt') },
    { do: 'read', path: at('a.txt') },
    { do: 'readFrom', path: at('a.txt'), start: 119_990 },
    { do: 'append', path: at('a.txt'), text: 'the end' },
    { do: 'read', path: at('a.txt') },
    { do: 'write', path: at('empty'), text: '' },
    { do: 'read', path: at('empty') },
    { do: 'append', path: at('new.txt'), text: 'by APPE' },
    { do: 'write', path: at('Grüße aus Göteborg'), text: 'moin' },
    { do: 'read', path: at('nothing') },
    { do: 'size', path: at('nothing') },
    { do: 'write', path: at('nothing/a'), text: 'x' },
    { do: 'mkdir', path: at('inner') },
    { do: 'rename', from: at('a.txt'), to: at('inner/b.txt') },
    { do: 'rename', from: at('a.txt'), to: at('c.txt') },
    { do: 'rmdir', path: at('inner') },
    { do: 'list', path: directory },
    { do: 'list', path: at('inner') },
    { do: 'list', path: 'many' },
    { do: 'list', path: 'empty' },
    { do: 'modifiedAt', path: 'many/entry-001.txt' },
    { do: 'remove', path: at('inner/b.txt') },
    { do: 'remove', path: at('inner/b.txt') },
    { do: 'rmdir', path: at('inner') },
    { do: 'remove', path: at('empty') },
    { do: 'remove', path: at('new.txt') },
    { do: 'remove', path: at('Grüße aus Göteborg') },
    { do: 'rmdir', path: directory },
    { do: 'rmdir', path: directory },
  ];
}

it.each(WAYS)('%s, %s', async (name, mode) => {
  const options = login(name, mode);
  const all = steps(`both-${crypto.randomUUID()}`);
  // basic-ftp without TLS: what it resumes of sessions, ProFTPD refuses.
  const expected = await theirs({ port: FTP_SERVERS[name].plain, steps: all });
  const actual = await ours(options, all);
  const paired = all.map((step, index) => ({ ...step, answer: actual[index] }));
  expect(paired).toEqual(all.map((step, index) => ({ ...step, answer: expected[index] })));
});
