// The schema of problem documents, for the OpenAPI document.
import { z } from '@hono/zod-openapi';
import { PROBLEMS, type ProblemCode } from './problem-table.ts';

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
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    needs: z
      .string()
      .optional()
      .openapi({ description: 'The scope that the token lacks', example: 'pg:read:main' }),
  })
  .openapi('Problem');
