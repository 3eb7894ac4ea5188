// Looks at a mail server without a login: TLS, what it calls itself, what it can do.
import { type Output, smtpProbe, smtpProbeAddress } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { useWork } from '../../../browser/hooks.ts';
import { may } from '../../../session/access.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Select, TextField } from '../../../ui/controls/text-field.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { PageProps } from '../../contract.ts';
import { ServerFacts } from './server-facts.tsx';

type Tls = 'port' | 'true' | 'starttls' | 'false';

const TLS: readonly (readonly [Tls, string])[] = [
  ['port', 'As the port has it'],
  ['true', 'From the first byte'],
  ['starttls', 'By STARTTLS'],
  ['false', 'None'],
];

/** The server of the connection, and any other that the gateway's policy allows. */
export function Probe({ access, connection, caller, tab }: PageProps) {
  const work = useWork();
  const seen = useSignal<Output<'smtpProbe'> | undefined>(undefined);
  const address = draft(tab, 'probe.address', '');
  const tls = draft<Tls>(tab, 'probe.tls', 'port');
  const isOwn = connection !== undefined && may(connection, 'smtp', 'probe');
  const isOther = access.targetScopes.smtp?.includes('probe') ?? false;
  const look = async (job: (signal: AbortSignal) => Promise<Output<'smtpProbe'>>) => {
    seen.value = undefined;
    await work.take(job, (facts) => {
      seen.value = facts;
    });
  };
  const lookAtOwn = () => void look((signal) => caller.run('smtpProbe', smtpProbe, { signal }));
  const lookAtAddress = () => {
    const path = { address: address.value.trim() };
    const query = tls.value === 'port' ? {} : { tls: tls.value };
    void look((signal) => caller.run('smtpProbeAddress', smtpProbeAddress, { path, query, signal }));
  };
  return (
    <div class="stack smtp-probe">
      {isOwn && (
        <div class="row">
          <Button kind="primary" onClick={lookAtOwn}>
            Look at the server of {connection.name}
          </Button>
          <span class="muted">Connects, turns TLS on where it is offered, and does not log in.</span>
        </div>
      )}
      {isOther && (
        <form
          class="row bottom"
          aria-label="Another server"
          onSubmit={(event) => {
            event.preventDefault();
            lookAtAddress();
          }}
        >
          <TextField
            class="grow"
            label="Address"
            value={address}
            placeholder="mail.example.com:587"
            hint={`Allowed: ${access.targets.join(', ')}`}
          />
          <Select label="TLS" value={tls} options={TLS} />
          <Button type="submit" isDisabled={address.value.trim() === ''}>
            Look at this address
          </Button>
        </form>
      )}
      {!isOwn && !isOther && (
        <Empty title="This token may not look at servers">It lacks the scope smtp:probe.</Empty>
      )}
      {work.state.value === 'running' && <Progress label="Asking the server" onStop={() => work.stop()} />}
      <ProblemView error={work.error.value} />
      {seen.value !== undefined && <ServerFacts server={seen.value} />}
    </div>
  );
}
