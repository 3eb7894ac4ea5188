// The page of a mail server that takes mail: writing and sending, and a look at the server.
import { useMemo } from 'preact/hooks';
import { draft } from '../../app/tabs/tab.ts';
import { may } from '../../session/access.ts';
import { Sections } from '../../ui/layout/sections.tsx';
import type { PageProps } from '../contract.ts';
import { Compose } from './compose/compose.tsx';
import { draftMail } from './compose/draft-mail.ts';
import { Probe } from './probe/probe.tsx';
import './smtp.css';

type Part = 'compose' | 'probe';

/** The page. Without a connection it looks at servers by address. */
export function Page(props: PageProps) {
  const { tab, connection } = props;
  const current = draft<Part>(tab, 'part', 'compose');
  const mail = useMemo(() => draftMail(tab), [tab]);
  if (connection === undefined || !may(connection, 'smtp', 'send')) return <Probe {...props} />;
  return (
    <Sections
      label="Mail"
      current={current}
      // A mail that is being sent goes on while the other part is looked at.
      areKept
      sections={[
        ['compose', 'Write', () => <Compose {...props} mail={mail} />],
        ['probe', 'Look at the server', () => <Probe {...props} />],
      ]}
    />
  );
}
