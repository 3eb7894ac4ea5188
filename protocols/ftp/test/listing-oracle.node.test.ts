// The parsers beside those of basic-ftp, on listings of real servers: names, types, sizes and targets are the same.
import type { FileInfo } from 'basic-ftp';
import { parseList as parseTheirs } from 'basic-ftp/dist/parseList.js';
import { describe, expect, it } from 'vitest';
import { type FtpEntry, parseList, parseMlsd } from '../src/listing/index.ts';

/** Listings by the server that wrote them. */
const LISTINGS: Readonly<Record<string, string>> = {
  vsftpd: `-rw-r--r--    1 1000     1000            6 Nov 29 11:19 a.txt
-rw-r--r--    1 1000     1000     16777216 Nov 29 11:19 big.bin
drwxrwxrwx    2 0        0            4096 Nov 29 11:19 d
lrwxrwxrwx    1 0        0               5 Jan 01  2020 link -> a.txt`,
  ProFTPD: `drwxr-xr-x   2 app      staff        4096 Nov 29 11:19 pub
-rw-------   1 app      (?)              6 Nov 29 11:19 with space.txt
lrwxrwxrwx   1 app      staff          11 Nov 29 11:19 latest -> releases/v2`,
  'Pure-FTPd': `drwxr-xr-x    2 501        staff            64 Aug  8 07:27 .
drwxr-xr-x    5 501        staff           160 Aug  8 07:27 ..
-rw-r--r--    1 501        staff          1057 Aug  8 07:27 .bashrc
-r--r--r--    1 501        staff             0 Feb 29  2024 empty`,
  pyftpdlib: `-rw-rw-rw-   1 owner    group        7045120 Sep 02 03:47 music.mp3
drwxrwxrwx   1 owner    group              0 Aug 31 18:50 e-books`,
  'FileZilla Server': `drwxr-xr-x 1 ftp ftp              0 Apr 12  2021 Program Files
-rw-r--r-- 1 ftp ftp            571 Oct 07 12:12 boot.ini`,
  'GNU ls': `total 24
drwxr-xr-x+ 2 patrick staff    68 Apr  1  2023 Documents
-rw-r--r--  1 patrick staff  1024 Dec 12 10:00 x y
srwxr-xr-x  1 patrick staff     0 Dec 12 10:00 socket`,
  IIS: `04-27-25  09:09PM       <DIR>          licensed
07-18-20  10:16AM       <DIR>          pub
04-14-03  03:47PM                  589 readme.htm
11-20-2024  11:01AM              1000000 long year.bin`,
  'MLSD of ProFTPD': `modify=20261129111900;perm=adfrw;size=6;type=file;unique=801U3;UNIX.mode=0644;UNIX.owner=1; a.txt
modify=20261129111900;perm=flcdmpe;type=cdir;unique=801U1;UNIX.mode=0755; .
modify=20261129111900;perm=flcdmpe;type=pdir;unique=801U1;UNIX.mode=0755; ..
modify=20261129111900;perm=flcdmpe;type=dir;unique=801U2;UNIX.mode=0755; d; with=facts in it`,
  'MLSD of Pure-FTPd': `type=file;size=571;modify=20210407121200;UNIX.mode=0644;unique=fd01g1; boot.ini
type=OS.unix=slink:/tmp/x;size=6;modify=20210407121200; link`,
};

const TYPES = ['other', 'file', 'directory', 'link'] as const;

const ours = ({ name, type, size, target }: FtpEntry) => ({
  name,
  type,
  size: type === 'directory' ? 0 : (size ?? 0),
  target,
});
const theirs = ({ name, type, size, link }: FileInfo) => ({
  name,
  type: TYPES[type],
  size: type === 2 ? 0 : size,
  target: link === '' ? undefined : link,
});

describe('as basic-ftp reads it', () => {
  it.each(Object.entries(LISTINGS))('%s', (server, listing) => {
    const text = listing.replaceAll('\n', '\r\n');
    const parsed = server.startsWith('MLSD') ? parseMlsd(text) : parseList(text);
    const expected = parseTheirs(text).map(theirs);
    // Sockets are no files.
    const known = expected.map((one) => (one.name === 'socket' ? { ...one, type: 'other' as const } : one));
    expect(parsed.map(ours)).toEqual(known);
  });
});
