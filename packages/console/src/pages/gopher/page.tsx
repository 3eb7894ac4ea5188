// A browser for Gopher: everything comes through the gateway, and nothing that a server sends runs.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { formatBytes } from '../../browser/format.ts';
import { Button } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/text-field.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import type { PageProps } from '../contract.ts';
import { AnswerView } from './answer/answer-view.tsx';
import { Browsing } from './browsing.ts';
import './gopher.css';
import { Menu } from './menu/menu.tsx';
import { BookmarkButton, Bookmarks } from './places/bookmarks.tsx';
import { readPlace } from './places/place.ts';

/** The page. Without a connection it opens whole addresses alone. */
export function Page(props: PageProps) {
  const browsing = useMemo(() => new Browsing(props), [props.tab]);
  const { work, step, reach } = browsing;
  useEffect(() => {
    void browsing.load();
    return () => work.stop();
  }, [browsing]);
  const connection = props.connection?.name;
  const answer = browsing.answer.value;
  const isLoading = work.state.value === 'running';
  return (
    <div class="gopher fill">
      <AddressBar browsing={browsing} connection={connection} />
      <Bookmarks
        connection={connection}
        mayDial={reach.value.mayDial}
        onOpen={(bookmark) => void browsing.open(bookmark)}
      />
      {isLoading && (
        <Progress label={`Fetching, ${formatBytes(browsing.bytes.value)}`} onStop={() => work.stop()} />
      )}
      <ProblemView error={work.error.value} onRetry={() => void browsing.load()} />
      {work.state.value === 'stopped' && <Empty title="Stopped">Load it again, or go elsewhere.</Empty>}
      {step.place === '' && connection === undefined && (
        <Empty title="Where to?">Give an address above. Allowed: {props.access.targets.join(', ')}</Empty>
      )}
      {answer?.kind === 'menu' && (
        <Menu
          key={step.place}
          tab={props.tab}
          lines={answer.lines}
          reach={reach.value}
          onOpen={(next) => void browsing.open(next)}
        />
      )}
      {answer !== undefined && answer.kind !== 'menu' && (
        <AnswerView answer={answer} place={step.place} title={step.title} />
      )}
    </div>
  );
}

interface AddressBarProps {
  readonly browsing: Browsing;
  readonly connection: string | undefined;
}

function AddressBar({ browsing, connection }: AddressBarProps) {
  const { step, typed, reach, trail } = browsing;
  const fault = useSignal<string | undefined>(undefined);
  const { steps, at } = trail.value;
  const go = () => {
    const read = readPlace(typed.value, reach.value);
    fault.value = 'fault' in read ? read.fault : undefined;
    if ('fault' in read) return;
    if (read.place === step.place) void browsing.load();
    else void browsing.open({ place: read.place, title: read.place });
  };
  return (
    <form
      class="row bottom gopher-bar"
      aria-label="Where to go"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <div class="row gopher-steps">
        <Button label="Back" isDisabled={at === 0} onClick={() => void browsing.stepBy(-1)}>
          ←
        </Button>
        <Button label="Forward" isDisabled={at >= steps.length - 1} onClick={() => void browsing.stepBy(1)}>
          →
        </Button>
        <Button label="Load again" onClick={() => void browsing.load()}>
          ↻
        </Button>
        {connection !== undefined && (
          <Button label="Start" onClick={() => void browsing.open({ place: '', title: connection })}>
            ⌂
          </Button>
        )}
        <BookmarkButton step={step} connection={connection} />
      </div>
      <TextField
        class="grow gopher-address"
        label="Address"
        value={typed}
        error={fault.value}
        placeholder={
          connection === undefined ? 'gopher://gopher.example.com/' : '/1/docs, or nothing for the start'
        }
      />
      <Button kind="primary" type="submit">
        Go
      </Button>
    </form>
  );
}
