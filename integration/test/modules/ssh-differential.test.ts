// SSH and SFTP: the same steps through ssh2 and through our client, with the same answers, at every server.
import { describe, expect, it } from 'vitest';
import { namesOf, SFTP_SERVERS, SHELL_SERVERS } from './ssh.ts';
import { ours, type SshStep, theirs } from './ssh-oracle.ts';

/** Works in `folder`, which must not be there yet; leaves nothing behind. */
function fileSteps(folder: string): SshStep[] {
  const at = (name: string): string => `${folder}/${name}`;
  return [
    { do: 'mkdir', path: folder },
    { do: 'mkdir', path: folder },
    { do: 'write', path: at('a.txt'), text: 'ahoy'.repeat(30_000) },
    { do: 'read', path: at('a.txt') },
    { do: 'write', path: at('a.txt'), text: 'shorter' },
    { do: 'read', path: at('a.txt') },
    { do: 'write', path: at('empty'), text: '' },
    { do: 'read', path: at('empty') },
    { do: 'write', path: at('Grüße aus Göteborg'), text: 'moin' },
    { do: 'chmod', path: at('a.txt'), mode: 0o600 },
    // Not what each client asks for.
    { do: 'chmod', path: at('empty'), mode: 0o644 },
    { do: 'chmod', path: at('Grüße aus Göteborg'), mode: 0o644 },
    { do: 'truncate', path: at('a.txt'), size: 3 },
    { do: 'stat', path: at('a.txt') },
    { do: 'stat', path: at('nothing') },
    { do: 'read', path: at('nothing') },
    { do: 'list', path: at('nothing') },
    { do: 'write', path: at('nothing/a'), text: 'x' },
    { do: 'mkdir', path: at('inner') },
    { do: 'rename', from: at('a.txt'), to: at('inner/b.txt') },
    { do: 'rename', from: at('a.txt'), to: at('c.txt') },
    { do: 'rmdir', path: at('inner') },
    { do: 'lstat', path: at('inner/b.txt') },
    { do: 'list', path: folder },
    { do: 'list', path: at('inner') },
    { do: 'list', path: 'many' },
    { do: 'remove', path: at('inner/b.txt') },
    { do: 'remove', path: at('inner/b.txt') },
    { do: 'remove', path: at('inner') },
    { do: 'rmdir', path: at('inner') },
    { do: 'remove', path: at('empty') },
    { do: 'remove', path: at('Grüße aus Göteborg') },
    { do: 'rmdir', path: folder },
    { do: 'rmdir', path: folder },
    { do: 'realpath', path: '.' },
    { do: 'realpath', path: 'many/../links' },
    { do: 'lstat', path: 'links/to-target' },
    { do: 'stat', path: 'links/to-target' },
    { do: 'lstat', path: 'links/dangling' },
    { do: 'stat', path: 'links/dangling' },
    { do: 'readlink', path: 'links/to-target' },
    { do: 'readlink', path: 'many/entry-001.txt' },
  ];
}

const COMMANDS: SshStep[] = [
  { do: 'exec', command: 'echo out; echo err >&2' },
  { do: 'exec', command: 'cat', stdin: 'ahoy\n'.repeat(50_000) },
  { do: 'exec', command: 'exit 255' },
  { do: 'exec', command: 'kill -KILL $$' },
  { do: 'exec', command: 'no-such-command-anywhere 2> /dev/null' },
  { do: 'exec', command: `printf '%s' "Grüße; \\"quoted\\" and 'more'"` },
  { do: 'exec', command: 'wc -c', stdin: '' },
  { do: 'exec', command: 'true' },
];

it.each(namesOf(SFTP_SERVERS))('files at %s', async (name) => {
  const request = { port: SFTP_SERVERS[name], steps: fileSteps(`both-${crypto.randomUUID()}`) };
  const expected = await theirs(request);
  const actual = await ours(request);
  const paired = request.steps.map((step, index) => ({ ...step, answer: actual[index] }));
  expect(paired).toEqual(request.steps.map((step, index) => ({ ...step, answer: expected[index] })));
});

describe('commands', () => {
  it.each(namesOf(SHELL_SERVERS))('at %s', async (name) => {
    const request = { port: SHELL_SERVERS[name], steps: COMMANDS };
    const expected = await theirs(request);
    expect(await ours(request)).toEqual(expected);
  });
});
