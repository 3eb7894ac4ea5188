// A page whose code is loaded when it is first seen. Its failure is its own: the frame and the other pages go on.
import { Component, type FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageKind, PageProps } from '../../pages/contract.ts';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';

type LoadedPageProps = PageProps & { readonly kind: PageKind };

/** Loads a page, and shows it, or why not. */
export function LoadedPage({ kind, ...page }: LoadedPageProps) {
  const [loaded, setLoaded] = useState<{ Page?: FunctionComponent<PageProps>; error?: unknown }>({});
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    kind.load().then(
      ({ Page }) => !isOver && setLoaded({ Page }),
      (error: unknown) => !isOver && setLoaded({ error }),
    );
    return () => {
      isOver = true;
    };
  }, [kind, attempt]);
  const { Page, error } = loaded;
  const again = () => {
    setLoaded({});
    setAttempt(attempt + 1);
  };
  // Browsers remember a module that could not be loaded. What was typed survives a reload.
  if (error !== undefined) return <ProblemView error={error} onRetry={() => location.reload()} />;
  if (Page === undefined) return <Progress label={`Loading ${kind.title}`} />;
  return (
    <Boundary key={attempt} onRetry={again}>
      <Page {...page} />
    </Boundary>
  );
}

interface BoundaryProps {
  readonly children: preact.ComponentChildren;
  readonly onRetry: () => void;
}

/** Catches what a page throws while it is drawn. */
class Boundary extends Component<BoundaryProps, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render({ children, onRetry }: BoundaryProps) {
    if (this.state.error === undefined) return children;
    return <ProblemView error={this.state.error} onRetry={onRetry} />;
  }
}
