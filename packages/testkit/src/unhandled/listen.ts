// Listens for promises that were rejected without a listener, in workerd and in Node. It handles none of them.

/**
 * Starts to report.
 * @returns A function that stops it.
 */
export function listenForUnhandled(report: (reason: unknown) => void): () => void {
  if (typeof navigator !== 'undefined' && navigator.userAgent === 'Cloudflare-Workers') {
    const listener = (event: PromiseRejectionEvent): void => report(event.reason);
    globalThis.addEventListener('unhandledrejection', listener);
    return () => globalThis.removeEventListener('unhandledrejection', listener);
  }
  process.on('unhandledRejection', report);
  return () => process.off('unhandledRejection', report);
}
