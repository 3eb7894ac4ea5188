// What the palette offers, and how it is found.
import { THEMES, theme } from '../../browser/theme.ts';
import { PAGE_KINDS, pagesOf } from '../../pages/kinds.ts';
import type { Access } from '../../session/access.ts';
import { signOut } from '../../session/session.ts';
import { SHORTCUTS } from '../frame/shortcuts.ts';
import { openTab } from '../tabs/tabs.ts';

/** So many are shown at once. */
const MOST = 50;

/** One line of the palette. */
export interface Command {
  readonly title: string;
  readonly words: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** Everything that the token may do from here. */
export function commandsOf(access: Access): readonly Command[] {
  const pages = access.connections.flatMap((connection) =>
    pagesOf(connection, access).map((kind) => ({
      title: `${connection.name}: ${kind.title}`,
      words: `${connection.protocol} ${kind.words ?? ''}`,
      run: () => openTab(kind.id, connection.name),
    })),
  );
  const tools = PAGE_KINDS.filter((kind) => kind.place === 'tool' && kind.accepts(access, undefined)).map(
    (kind) => ({
      title: kind.title,
      words: kind.words ?? '',
      run: () => openTab(kind.id, undefined),
    }),
  );
  const frame = SHORTCUTS.slice(1).map(({ keys, does, run }) => ({ title: does, words: 'tab', keys, run }));
  const themes = THEMES.map((name) => ({
    title: `Theme: ${name}`,
    words: 'light dark colours',
    run: () => {
      theme.value = name;
    },
  }));
  return [...pages, ...tools, ...frame, ...themes, { title: 'Sign out', words: 'token leave', run: signOut }];
}

/** The commands whose title or words have every word of the text; titles that begin with it first. */
export function matching(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = commands.filter(({ title, words: more }) => {
    const all = `${title} ${more}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = ({ title }: Command) => (title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
  return [...hits].sort((one, other) => rank(one) - rank(other)).slice(0, MOST);
}
