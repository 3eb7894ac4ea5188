// A page for the grid's tests in a browser: a statement, a button, and the rows as they come from the gateway.
import { signal } from '@preact/signals';
import { render } from 'preact';
import '../../src/effects.ts';
import { SignIn } from '../../src/app/sign-in/sign-in.tsx';
import { Work } from '../../src/browser/async.ts';
import { formatMs } from '../../src/browser/format.ts';
import { Caller } from '../../src/session/calls/caller.ts';
import { session } from '../../src/session/session.ts';
import { Button } from '../../src/ui/controls/button.tsx';
import { TextField } from '../../src/ui/controls/text-field.tsx';
import { Announcements } from '../../src/ui/feedback/announce.tsx';
import { ProblemView } from '../../src/ui/feedback/problem.tsx';
import { Progress } from '../../src/ui/feedback/progress.tsx';
import { Grid } from '../../src/ui/grid/grid.tsx';
import { readLines } from '../../src/ui/grid/rows/read-lines.ts';
import { RowStore } from '../../src/ui/grid/rows/row-store.ts';
import '../../src/styles/index.css';

const NDJSON = 'application/x-ndjson';

const sql = signal('');
const store = new RowStore();
const work = new Work();
const caller = new Caller('main');

function run(): Promise<unknown> {
  return work.run(async (abort) => {
    const body = { sql: sql.value, rowMode: 'array', readOnly: true };
    const operation = { method: 'POST', path: '/pg/query' };
    const answer = await caller.answer('pgQueryLines', operation, { body, signal: abort }, NDJSON);
    await readLines(answer, { storeFor: () => store });
  });
}

function Stage() {
  if (session.access.value === undefined) return <SignIn />;
  const isRunning = work.state.value === 'running';
  return (
    <main class="page" style={{ height: '100vh' }}>
      <h1 class="visually-hidden">Grid</h1>
      <div class="row bottom">
        <TextField label="Statement" value={sql} class="grow" onEnter={() => void run()} />
        <Button kind="primary" onClick={() => void run()}>
          Run
        </Button>
      </div>
      {isRunning && <Progress label="Running" onStop={() => work.stop()} />}
      {work.state.value === 'done' && <p class="muted">Done in {formatMs(work.elapsedMs.value)}</p>}
      <ProblemView error={work.error.value} />
      <Grid store={store} label="Rows" />
      <Announcements />
    </main>
  );
}

const root = document.getElementById('app');
if (root !== null) render(<Stage />, root);
