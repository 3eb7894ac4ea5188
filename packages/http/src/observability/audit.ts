// What routes tell of statements and commands that may write. The lines are written when the request is over, with its outcome.
import type { RouteContext } from '../app/contract.ts';
import type { AuditEntry } from './request-record.ts';

/** Notes what may write, where the operator has asked for audit lines. */
export function audit(c: RouteContext, entry: AuditEntry): void {
  if (!c.get('config').log.audit) return;
  const record = c.get('record');
  if (record.onAudit === undefined) record.audited.push(entry);
  else record.onAudit(entry);
}
