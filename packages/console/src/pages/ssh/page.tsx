// SSH: terminals, and commands one at a time.
import './ssh.css';
import { draft } from '../../app/tabs/tab.ts';
import { may } from '../../session/access.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Sections } from '../../ui/layout/sections.tsx';
import type { PageProps } from '../contract.ts';
import { Run } from './exec/run.tsx';
import { Terminals } from './terminals/terminals.tsx';

type Section = 'terminal' | 'run';

/** The page: what the token may do of terminals and commands. */
export function Page({ tab, connection, caller }: PageProps) {
  const section = draft<Section>(tab, 'section', 'terminal');
  if (connection === undefined) return null;
  const mayShell = may(connection, 'ssh', 'shell');
  const mayAny = may(connection, 'ssh', 'any');
  const mayExec = mayAny || may(connection, 'ssh', 'exec');
  const terminal = () => <Terminals caller={caller} />;
  const run = () => <Run tab={tab} caller={caller} mayAny={mayAny} />;
  if (mayShell && mayExec) {
    return (
      <Sections
        label="SSH"
        current={section}
        areKept
        sections={[
          ['terminal', 'Terminal', terminal],
          ['run', 'Run a command', run],
        ]}
      />
    );
  }
  if (mayShell) return terminal();
  if (mayExec) return run();
  return <Empty title="This token may not use SSH here">It needs the scope ssh:shell or ssh:exec.</Empty>;
}
