// `PUT /ftp/put`: a file as it comes from the caller, under a temporary name until it is whole.
import { isFairleadError } from '@fairlead/errors';
import {
  audit,
  HttpProblem,
  type RouteContext,
  requestLimit,
  streamBody,
  whileOpening,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { fileQuery } from '../download/get.ts';
import { answerJson, type FtpTarget, ftpTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { pathBelowRoot } from '../target/path.ts';

/** The query parameters. */
export const putQuery = fileQuery.extend({
  path: z.string().min(1).openapi({ description: 'Below the root of the connection', example: '/ships.csv' }),
  atomic: z.enum(['true', 'false']).default('true').openapi({
    description: '`false`: writes the file in place; one that is broken off leaves a part of it',
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
    507: { description: 'The server has no room', content: problems[400]?.content ?? {} },
    ...problems,
  },
});

/** Answers `PUT /ftp/put`. @throws HttpProblem 400, 408; FairleadError as `connect` and `put`. */
export async function putFile(c: RouteContext, query: z.output<typeof putQuery>): Promise<Response> {
  const { root, open } = ftpTarget(c, 'write', query.connection);
  // The upload has the request's signal, and its connection has not: it removes what it has begun.
  const target: FtpTarget = { root, open: (signal) => whileOpening(signal, open) };
  const path = pathBelowRoot(query.path, root, 'query.path');
  const limit = requestLimit(c, c.get('config').limits.maxTimeoutMs);
  audit(c, { action: 'put' });
  try {
    return await answerJson(
      c,
      target,
      async (ftp, signal) => {
        const options = { atomic: query.atomic === 'true', signal };
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
