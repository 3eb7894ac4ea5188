// `PUT /ftp/put`: a file as it comes from the caller, under a temporary name until it is whole.
import { isFairleadError } from '@fairlead/errors';
import {
  audit,
  HttpProblem,
  problemResponses,
  type RouteContext,
  requestLimit,
  streamBody,
  whileOpening,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import type { FtpClient } from '../../client/types.ts';
import type { Body } from '../../types.ts';
import { fileQuery } from '../download/get.ts';
import { answerJson, type FtpTarget, ftpTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { pathBelowRoot, wrongPath } from '../target/path.ts';

/** The query parameters. */
export const putQuery = fileQuery.extend({
  path: z.string().min(1).openapi({ description: 'Below the root of the connection', example: '/ships.csv' }),
  atomic: z.enum(['true', 'false']).optional().openapi({
    description:
      'Default `true`. `false`: writes the file in place; one that is broken off leaves a part of it',
  }),
  offset: z
    .string()
    .regex(/^\d{1,15}$/, 'is a whole number')
    .transform(Number)
    .optional()
    .openapi({
      type: 'integer',
      minimum: 0,
      description:
        'The body goes on where an earlier one ended: so many bytes the file must have, else 416. 0 empties the file or makes it. ' +
        'The file is written in place',
    }),
});

const resultSchema = z.object({ bytes: z.number().int() }).openapi('FtpPutResult');

/** The route's description for the OpenAPI document. */
export const putRoute = createRoute({
  ...tagged,
  method: 'put',
  path: '/put',
  operationId: 'put',
  summary: 'Upload a file',
  description:
    'Scope `ftp:write:<connection>`. The body is passed on as it comes, whatever its type, up to the limit `maxStreamBytes`. It is ' +
    'written under a temporary name beside the file, checked by its size, and renamed; so what stood there stays until then.',
  request: {
    query: putQuery,
    body: {
      required: true,
      content: {
        'application/octet-stream': {
          schema: z.string().openapi({ format: 'binary' }),
          example: 'name,built\nAurora,1987\n',
        },
      },
    },
  },
  responses: {
    200: { description: 'The server has the whole file', content: { [JSON_TYPE]: { schema: resultSchema } } },
    ...problemResponses(['range_not_satisfiable']),
    507: { description: 'The server has no room', content: problems[400]?.content ?? {} },
    ...problems,
  },
});

/** Answers `PUT /ftp/put`. @throws HttpProblem 400, 408, 416; FairleadError as `connect`, `size`, `append` and `put`. */
export async function putFile(c: RouteContext, query: z.output<typeof putQuery>): Promise<Response> {
  const { root, open } = ftpTarget(c, 'write', query.connection);
  // The upload has the request's signal, and its connection has not: it removes what it has begun.
  const target: FtpTarget = { root, open: (signal) => whileOpening(signal, open) };
  const path = pathBelowRoot(query.path, root, 'query.path');
  const { offset, atomic } = query;
  if (offset !== undefined && atomic === 'true')
    throw wrongPath('query.atomic', 'is for whole files: not beside offset');
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  audit(c, { action: 'put' });
  try {
    return await answerJson(
      c,
      target,
      async (ftp, signal) => {
        if (offset !== undefined && offset > 0)
          return await appendAt(ftp, path, streamBody(c, limit), { offset, signal });
        const options = { atomic: offset === undefined && atomic !== 'false', signal };
        const { bytes } = await ftp.put(path, streamBody(c, limit), options);
        return { bytes };
      },
      limit,
    );
  } catch (error) {
    // The request's own stream failed: its problem is the answer.
    throw isFairleadError(error) && error.cause instanceof HttpProblem ? error.cause : error;
  }
}

/** Behind what the file holds. @throws HttpProblem 416 where that is not `offset` bytes. */
async function appendAt(
  ftp: FtpClient,
  path: string,
  body: Body,
  { offset, signal }: { readonly offset: number; readonly signal: AbortSignal },
): Promise<{ bytes: number }> {
  const size = await ftp.size(path, { signal });
  if (size !== offset) {
    throw new HttpProblem(
      'range_not_satisfiable',
      `The file has ${size} bytes: a body goes on at its end alone.`,
      {
        headers: { 'Content-Range': `bytes */${size}` },
      },
    );
  }
  const { bytes } = await ftp.append(path, body, { signal });
  return { bytes: offset + bytes };
}
