// The schema of problem documents, for the OpenAPI document.
import type { TlsFailure } from '@fairlead/errors';
import { z } from '@hono/zod-openapi';
import { PROBLEMS, type ProblemCode } from './problem-table.ts';

/** All of them: a new one is asked for here. */
const TLS_FAILURES: Readonly<Record<TlsFailure, TlsFailure>> = {
  name_mismatch: 'name_mismatch',
  unknown_issuer: 'unknown_issuer',
  expired: 'expired',
  not_yet_valid: 'not_yet_valid',
  constraint: 'constraint',
  usage: 'usage',
  pin: 'pin',
  alert: 'alert',
  protocol: 'protocol',
  session_reuse: 'session_reuse',
  unknown: 'unknown',
};

/** A certificate in a few words, a component of the OpenAPI document. */
export const certificateSchema = z
  .object({
    subject: z.string().openapi({ example: 'CN=db.example.com' }),
    issuer: z.string(),
    names: z.array(z.string()).openapi({ description: 'What it is for', example: ['DNS:db.example.com'] }),
    validFrom: z.string().openapi({ format: 'date-time' }),
    validTo: z.string().openapi({ format: 'date-time' }),
    fingerprint256: z.string().openapi({ description: 'SHA-256 of the whole certificate, in hex' }),
  })
  .openapi('Certificate');

/** The problem document's schema, a component of the OpenAPI document. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: '/problems/connect_failed' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    blame: z.enum(['local', 'peer', 'network']),
    safeToRetry: z
      .boolean()
      .openapi({ description: 'True only if nothing was sent that could have had an effect' }),
    requestId: z.string(),
    peer: z.object({ hostname: z.string(), port: z.number(), tls: z.boolean() }).optional(),
    server: z
      .object({ code: z.string(), message: z.string(), fields: z.record(z.string(), z.string()).optional() })
      .optional(),
    reason: z.enum(TLS_FAILURES).optional().openapi({ description: 'Why TLS failed, with `tls_failed`' }),
    certificate: certificateSchema.optional(),
    alert: z
      .string()
      .optional()
      .openapi({ description: 'The alert that the server sent (RFC 8446)', example: 'certificate_required' }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    needs: z
      .string()
      .optional()
      .openapi({ description: 'The scope that the token lacks', example: 'pg:read:main' }),
  })
  .openapi('Problem');
