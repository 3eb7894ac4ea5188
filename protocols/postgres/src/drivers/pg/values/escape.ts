// Names and literals inside of SQL text, as `pg` escapes them. Parameters are the better way for values.

/** A name in double quotes. */
export function escapeIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in single quotes; what is no text is the empty one, as in `pg`. */
export function escapeLiteral(text: string): string {
  if (typeof text !== 'string') return "''";
  const quoted = `'${text.replace(/['\\]/g, '$&$&')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
