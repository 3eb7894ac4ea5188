// Which names of a server can be used in a path, and which names a person may give.

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Why an entry of a listing cannot be named in a request; undefined where it can.
 * @param takesControls Whether paths may hold control characters: SFTP's may, FTP has a command a line.
 */
export function unusable(name: string, takesControls: boolean): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'Its name is a way through folders, not a file.';
  if (name.includes('/')) return 'Its name holds a slash: it would lead to another folder.';
  if (name.includes('\\') && name.split('\\').includes('..')) return 'Its name leads upwards on Windows.';
  if (name.includes('\u0000')) return 'Its name holds a NUL.';
  if (name.includes('\ufffd')) return 'Its name is in no encoding that could be read.';
  if (!takesControls && CONTROL.test(name))
    return 'Its name holds control characters, which FTP cannot send.';
  return undefined;
}

/** What is wrong with a name that a person gives; undefined where nothing is. */
export function nameFault(
  name: string,
  taken: ReadonlySet<string>,
  takesControls: boolean,
): string | undefined {
  if (name === '') return 'Type a name.';
  if (name.includes('/')) return 'A name holds no slash.';
  if (name === '.' || name === '..') return 'These two names stand for folders.';
  if (taken.has(name)) return 'There is one of this name already.';
  if (!takesControls && CONTROL.test(name)) return 'FTP takes no control characters in names.';
  return undefined;
}
