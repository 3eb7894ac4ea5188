// How the server runs the search of the page: its plan as a tree, and the whole reply.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Empty } from '../../../ui/feedback/empty.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import { ValueTree } from '../../../ui/values/value-tree.tsx';
import { command } from '../calls.ts';
import { placeOf } from '../desk.ts';
import type { FindState } from '../documents/find-state.ts';
import { searchOf } from '../documents/search.ts';
import { type PlanStage, planOf } from './read-plan.ts';

/** The part of the page: explains what the fields of the search say. */
export function Explain({ state }: { readonly state: FindState }) {
  const work = useWork();
  const reply = useSignal<Readonly<Record<string, unknown>> | undefined>(undefined);
  const { desk } = state;
  // A plan is of the collection that it was asked for.
  useEffect(() => {
    work.stop();
    work.clear();
    reply.value = undefined;
  }, [desk.database.value, desk.collection.value]);
  if (!desk.isAdmin)
    return <Empty title="Not for this token">A plan needs mongodb:admin:{desk.connection.name}.</Empty>;
  const search = searchOf(state.texts());
  const run = () =>
    work.run(async (signal) => {
      if (search === undefined) return;
      const place = placeOf(desk);
      const { filter, projection, sort, limit, skip } = search;
      const wish = { find: place.collection, filter, projection, sort, limit, skip };
      reply.value = await command(desk.caller, place, { explain: wish, verbosity: 'executionStats' }, signal);
    });
  return (
    <>
      <p class="row">
        <Button kind="primary" isDisabled={search === undefined} onClick={() => void run()}>
          Explain the search
        </Button>
        <span class="muted">The server runs the search and says how, with how many documents it read.</span>
      </p>
      {work.state.value === 'running' && <Progress label="Explaining" onStop={() => work.stop()} />}
      {work.error.value !== undefined && <ProblemView error={work.error.value} onRetry={() => void run()} />}
      {reply.value !== undefined && <PlanView reply={reply.value} />}
    </>
  );
}

function PlanView({ reply }: { readonly reply: Readonly<Record<string, unknown>> }) {
  const plan = planOf(reply);
  return (
    <>
      {plan !== undefined && (
        <>
          {plan.totals.length > 0 && <Facts facts={plan.totals} />}
          <ul class="mongodb-plan" aria-label="Plan">
            <StageItem stage={plan.root} />
          </ul>
        </>
      )}
      <ValueTree name="Reply" value={reply} open={plan === undefined ? 2 : 0} />
    </>
  );
}

function StageItem({ stage: { name, facts, inputs } }: { readonly stage: PlanStage }) {
  return (
    <li>
      <div class="card">
        <strong class={name === 'COLLSCAN' ? 'mongodb-slow' : ''}>{name}</strong>
        {name === 'COLLSCAN' && <span class="badge warn">reads every document</span>}
        <Facts facts={facts} />
      </div>
      {inputs.length > 0 && (
        <ul>
          {inputs.map((each, i) => (
            <StageItem key={`${i}:${each.name}`} stage={each} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Facts({ facts }: { readonly facts: PlanStage['facts'] }) {
  return (
    <dl class="mongodb-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
