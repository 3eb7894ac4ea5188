// Who is connected to the server.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBytes, formatMs, plural } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import type { RedisModel } from '../model.ts';
import { textIn } from '../wire/reply.ts';
import { visible } from '../wire/show.ts';
import { type ClientFields, readClients } from './info.ts';

const COLUMNS = [
  'Address',
  'Name',
  'User',
  'Database',
  'Connected for',
  'Idle for',
  'Last command',
  'Memory',
  '',
];

/** The list. */
export function Clients({ model }: { readonly model: RedisModel }) {
  const work = useWork();
  const clients = useSignal<readonly ClientFields[] | undefined>(undefined);
  const load = () => {
    void work.run(async (signal) => {
      clients.value = readClients(textIn(await model.redis.run(['CLIENT', 'LIST'], { signal })));
    });
  };
  useEffect(load, []);
  const end = async (client: ClientFields) => {
    const title = `End the connection of ${visible(client.get('addr') ?? '')}?`;
    const body = 'What it waits for fails. Most clients connect again by themselves.';
    if (!(await confirm({ title, body, verb: 'End connection', isDanger: true }))) return;
    const command = ['CLIENT', 'KILL', 'ID', client.get('id') ?? ''];
    const done = await work.run((signal) => model.redis.run(command, { signal }));
    // Why not is shown.
    if (done === undefined) return;
    announce('The connection is ended');
    load();
  };
  return (
    <div class="stack">
      <div class="row">
        <span class="muted">{clients.value === undefined ? '' : plural(clients.value.length, 'client')}</span>
        <Button onClick={load} isBusy={work.state.value === 'running'}>
          Load again
        </Button>
      </div>
      <ProblemView error={work.error.value} onRetry={load} />
      {clients.value !== undefined && (
        <table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column}>{column === '' ? <span class="visually-hidden">Actions</span> : column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {clients.value.map((client) => (
              <ClientRow key={client.get('id')} client={client} onEnd={() => void end(client)} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function ClientRow({ client, onEnd }: { readonly client: ClientFields; readonly onEnd: () => void }) {
  const field = (name: string) => visible(client.get(name) ?? '');
  const seconds = (name: string) => formatMs(1_000 * Number(client.get(name) ?? 0));
  return (
    <tr>
      <td class="mono">{field('addr')}</td>
      <td>{field('name')}</td>
      <td>{field('user')}</td>
      <td>{field('db')}</td>
      <td>{seconds('age')}</td>
      <td>{seconds('idle')}</td>
      <td class="mono">{field('cmd')}</td>
      <td>{client.has('tot-mem') ? formatBytes(Number(client.get('tot-mem'))) : ''}</td>
      <td>
        <Button kind="quiet" onClick={onEnd} label={`End the connection of ${field('addr')}`}>
          End
        </Button>
      </td>
    </tr>
  );
}
