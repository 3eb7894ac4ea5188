// What is written down of a request whose answer is about to leave: counters, failures and, where the operator asks for them, lines.
import { noteFailure } from '../../operations/failures/note-failure.ts';
import type { RouteContext } from '../contract.ts';

/** Writes a request's lines, once it is over. */
type Report = () => void;

/** What makes the lines, once a request has asked for them: `import()` is not free, even of what is loaded. */
let reports: typeof import('../../observability/report.ts') | undefined;

/** What writes of a request; undefined where nothing is to be written of it, now or when its stream ends. */
export function reportOf(c: RouteContext): Promise<Report> | undefined {
  const { access, audit } = c.get('config').log;
  const record = c.get('record');
  const isWanted =
    access || c.env?.ANALYTICS !== undefined || (audit && (record.isOpen || record.audited.length > 0));
  return isWanted ? load(c) : undefined;
}

async function load(c: RouteContext): Promise<Report> {
  reports ??= await import('../../observability/report.ts');
  return reports.reporter(c);
}

/**
 * Counts the request.
 * @param status Of its answer.
 * @returns Where its time went, for `Server-Timing`.
 */
export function account(c: RouteContext, status: number, report: Report | undefined): string | undefined {
  const record = c.get('record');
  const module = c.get('module');
  if (module === undefined) {
    if (report !== undefined) record.whenOver(report);
    return undefined;
  }
  const { requests } = c.get('shared');
  const flow = record.isOpen ? requests.open(module.protocol, () => record.carried()) : undefined;
  record.whenOver(() => {
    flow?.end(record);
    report?.();
    noteFailure(c, module, status);
  });
  requests.note(module.protocol, status, Date.now() - c.get('arrivedAt'), record.code);
  return c.get('timing').header();
}
