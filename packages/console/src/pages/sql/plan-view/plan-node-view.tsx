// One step of a plan, its details, and the steps below it.

import { formatCount, formatMs } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import type { JudgedNode } from '../plan/plan.ts';

/** Deeper steps are not set in further. */
const MAX_INDENT = 12;

/** A step. @param depth From 0. */
export function PlanNodeView({ node, depth }: { readonly node: JudgedNode; readonly depth: number }) {
  return (
    <li>
      <details class={`sql-step ${node.isSlowest ? 'slowest' : ''}`}>
        <summary>
          <span class="sql-step-name">
            <strong>{visibleText(node.title)}</strong> {visibleText(node.target)}
          </span>
          <Marks node={node} />
          <Share node={node} />
          <Figures node={node} />
        </summary>
        <dl class="sql-details">
          {detailsOf(node).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{visibleText(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
      {node.children.length > 0 && (
        <ul class={depth < MAX_INDENT ? '' : 'flat'}>
          {node.children.map((child, i) => (
            <PlanNodeView key={`${i} ${child.title}`} node={child} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Marks({ node }: { readonly node: JudgedNode }) {
  const { isSlowest, misestimate, loops, selfMs } = node;
  return (
    <>
      {isSlowest && <span class="badge danger">{selfMs === undefined ? 'highest cost' : 'slowest'}</span>}
      {misestimate !== undefined && (
        <span class="badge warn">
          {formatCount(Math.round(Math.abs(misestimate)))} times {misestimate > 0 ? 'more' : 'fewer'} rows
          than expected
        </span>
      )}
      {loops === 0 && <span class="badge">never run</span>}
    </>
  );
}

function Share({ node: { share } }: { readonly node: JudgedNode }) {
  if (share === undefined) return null;
  const percent = Math.round(share * 100);
  return (
    <span class="sql-share">
      <span class="sql-bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      {percent} %
    </span>
  );
}

function Figures({ node }: { readonly node: JudgedNode }) {
  const { selfMs, cost, estimatedRows, actualRows } = node;
  const rows = [
    actualRows === undefined ? '' : `${formatCount(actualRows)} rows`,
    estimatedRows === undefined ? '' : `${formatCount(Math.round(estimatedRows))} expected`,
  ].filter((part) => part !== '');
  return (
    <span class="sql-figures">
      {selfMs !== undefined && <span>{formatMs(selfMs)}</span>}
      {rows.length > 0 && <span>{rows.join(', ')}</span>}
      {cost !== undefined && <span class="muted">cost {Number(cost.toPrecision(4))}</span>}
    </span>
  );
}

function detailsOf(node: JudgedNode): readonly (readonly [string, string])[] {
  const { totalMs, loops } = node;
  return [
    ...(totalMs === undefined ? [] : [['Time with the steps below', formatMs(totalMs)] as const]),
    ...(loops === undefined ? [] : [['Runs', formatCount(loops)] as const]),
    ...node.details,
  ];
}
