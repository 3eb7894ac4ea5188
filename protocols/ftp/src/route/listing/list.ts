// `POST /ftp/list` and `POST /ftp/stat`: a directory's entries, as one document within the operator's caps or as NDJSON, and one entry.
import { FairleadError } from '@fairlead/errors';
import {
  jsonText,
  NDJSON_TYPE,
  type RouteContext,
  readJson,
  requireJsonType,
  streamWithClient,
} from '@fairlead/http';
import { createRoute } from '@hono/zod-openapi';
import type { FtpClient } from '../../client/types.ts';
import { entrySchema, listingSchema, listSchema, statSchema } from '../schemas.ts';
import { answerJson, ftpTarget, JSON_TYPE, problems, tagged } from '../target/connection.ts';
import { checkPattern, pathBelowRoot, type ServerPath, serverPath } from '../target/path.ts';
import { plainEntry } from './entry.ts';

/** The listing's description for the OpenAPI document. */
export const listRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/list',
  operationId: 'list',
  summary: 'List a directory',
  description:
    'Scope `ftp:read:<connection>`. By MLSD where the server has it, else by LIST. With `Accept: application/x-ndjson` an entry a line, ' +
    'without a limit.',
  request: {
    body: { required: true, content: { [JSON_TYPE]: { schema: listSchema, example: { path: '/' } } } },
  },
  responses: {
    200: {
      description: 'The entries, `.` and `..` left out',
      content: { [JSON_TYPE]: { schema: listingSchema }, [NDJSON_TYPE]: { schema: entrySchema } },
    },
    ...problems,
  },
});

/** The description of one entry's route. */
export const statRoute = createRoute({
  ...tagged,
  method: 'post',
  path: '/stat',
  operationId: 'stat',
  summary: 'Look at a file or directory',
  description: 'Scope `ftp:read:<connection>`.',
  request: {
    body: {
      required: true,
      content: { [JSON_TYPE]: { schema: statSchema, example: { path: '/harbours.csv' } } },
    },
  },
  responses: {
    200: { description: 'The entry', content: { [JSON_TYPE]: { schema: entrySchema } } },
    ...problems,
  },
});

/** Answers `POST /ftp/list`. @throws HttpProblem 400, 415; FairleadError as `list`, and `limit`. */
export async function postList(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, listSchema);
  const target = ftpTarget(c, 'read', body.connection);
  const path = serverPath(body.path, target.root, 'body.path');
  const own = c.get('access').limits.maxRows;
  if ((c.req.header('Accept') ?? '').includes(NDJSON_TYPE)) {
    return streamWithClient(c, target.open, (ftp) => lines(c, ftp, path, own));
  }
  return answerJson(c, target, (ftp) => gathered(c, ftp, path));
}

/** Answers `POST /ftp/stat`. @throws HttpProblem 400, 415; FairleadError as `stat`. */
export async function postStat(c: RouteContext): Promise<Response> {
  requireJsonType(c);
  const body = await readJson(c, statSchema);
  const target = ftpTarget(c, 'read', body.connection);
  const path = pathBelowRoot(body.path, target.root, 'body.path');
  return answerJson(c, target, async (ftp) => {
    checkPattern(ftp, path, 'body.path');
    return plainEntry(await ftp.stat(path));
  });
}

/** Each entry as a JSON text. @throws FairleadError `limit` over `maxRows`. */
async function* lines(...args: Parameters<typeof listed>): AsyncGenerator<string, void, undefined> {
  for await (const entry of listed(...args)) yield jsonText(entry);
}

/** The entries. @throws FairleadError `limit` over `maxRows`. */
async function* listed(
  c: RouteContext,
  ftp: FtpClient,
  { text }: ServerPath,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<ReturnType<typeof plainEntry>, void, undefined> {
  checkPattern(ftp, text, 'body.path');
  const record = c.get('record');
  record.rows = 0;
  for await (const entry of ftp.list(text === '' ? undefined : text, {
    maxEntries: Number.MAX_SAFE_INTEGER,
  })) {
    record.rows += 1;
    if (record.rows > maxRows) throw tooLarge(`${maxRows} entries`);
    yield plainEntry(entry);
  }
}

async function gathered(c: RouteContext, ftp: FtpClient, path: ServerPath) {
  const { maxRows, maxResultBytes } = c.get('config').limits;
  const entries: unknown[] = [];
  let characters = 0;
  for await (const entry of listed(
    c,
    ftp,
    path,
    Math.min(maxRows, c.get('access').limits.maxRows ?? maxRows),
  )) {
    characters += jsonText(entry).length;
    if (characters > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
    entries.push(entry);
  }
  return { entries };
}

function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The listing is larger than ${limit}. Ask for it with "Accept: ${NDJSON_TYPE}", which streams listings of any size, ` +
      'unless the token has a limit of its own.',
  );
}
