// A plan as a tree: where its time goes, and where the server expected something else.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { CopyButton } from '../../../ui/controls/copy-button.tsx';
import { ValueTree } from '../../../ui/values/value-tree.tsx';
import { judge, type Plan } from '../plan/plan.ts';
import { PlanNodeView } from './plan-node-view.tsx';

/** A plan, with the server's own answer behind it. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  const root = useMemo(() => judge(plan.root), [plan]);
  const isRawOpen = useSignal(false);
  const isTimed = root.totalMs !== undefined || root.selfMs !== undefined;
  const rawText = typeof plan.raw === 'string' ? plan.raw : JSON.stringify(plan.raw, null, 2);
  return (
    <section class="sql-plan" aria-label="Plan">
      <p class="row muted">
        <span>
          {isTimed
            ? 'Measured: bars are each step’s own share of the time.'
            : 'Expected, not measured: bars are each step’s own share of the cost.'}
        </span>
        {plan.facts.map(([name, value]) => (
          <span key={name} class="badge">
            {name} {value}
          </span>
        ))}
      </p>
      <ul class="sql-tree">
        <PlanNodeView node={root} depth={0} />
      </ul>
      <details
        class="sql-raw"
        onToggle={(event) => {
          isRawOpen.value = event.currentTarget.open;
        }}
      >
        <summary>As the server gave it</summary>
        {isRawOpen.value && (
          <>
            <CopyButton text={rawText} what="plan" />
            {typeof plan.raw === 'string' ? (
              <pre tabIndex={0}>{plan.raw}</pre>
            ) : (
              <ValueTree value={plan.raw} open={3} />
            )}
          </>
        )}
      </details>
    </section>
  );
}
