// The command lines that were run in a tab, newest first.

const MOST = 50;
const MAX_LENGTH = 4_000;

/** With one more, which stands once. */
export function remember(history: readonly string[], line: string): readonly string[] {
  const text = line.trim();
  if (text === '' || text.length > MAX_LENGTH) return history;
  return [text, ...history.filter((each) => each !== text)].slice(0, MOST);
}
