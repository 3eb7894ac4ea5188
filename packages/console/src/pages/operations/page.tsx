// What operators look at: figures, failures, the settings in force, and what the check says of them.
import { draft } from '../../app/tabs/tab.ts';
import { Sections } from '../../ui/layout/sections.tsx';
import type { PageProps } from '../contract.ts';
import { Errors } from './errors/errors.tsx';
import { Metrics } from './metrics/metrics.tsx';
import { Check } from './settings/check.tsx';
import { Settings } from './settings/settings.tsx';
import './operations.css';

/** The page: the parts that the token may see. */
export function Page({ tab, access, caller }: PageProps) {
  const section = draft<string>(tab, 'section', 'metrics');
  const sections = [
    ['metrics', 'Metrics', 'metrics', () => <Metrics caller={caller} />],
    ['errors', 'Recent errors', 'metrics', () => <Errors tab={tab} caller={caller} />],
    ['settings', 'Settings', 'settings', () => <Settings caller={caller} />],
    ['check', 'Check', 'settings', () => <Check caller={caller} />],
  ] as const;
  const allowed = sections.filter(([, , scope]) => access.admin.includes(scope));
  return (
    <>
      <h1>Operations</h1>
      <Sections
        label="Operations"
        current={section}
        sections={allowed.map(([name, title, , draw]) => [name, title, draw] as const)}
      />
    </>
  );
}
