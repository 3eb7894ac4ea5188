// Listens for promises that were rejected with nobody listening. It handles none of them.

/** Starts to report; the function that it returns stops it. */
export function listenForUnhandled(report: (reason: unknown) => void): () => void {
  const listener = (event: PromiseRejectionEvent): void => report(event.reason);
  globalThis.addEventListener('unhandledrejection', listener);
  return () => globalThis.removeEventListener('unhandledrejection', listener);
}
