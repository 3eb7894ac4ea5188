// What the SFTP routes take and give: schemas that check requests and describe them in the OpenAPI document.
import { z } from '@hono/zod-openapi';
import type { FileAttributes } from '../../sftp/types/attributes.ts';

const connection = z.string().min(1).max(64).optional().openapi({ description: 'A named connection' });
const path = z
  .string()
  .openapi({ description: 'Below the root of the connection', example: '/reports/2026.csv' });
const flag = z.enum(['true', 'false']).optional();
const mode = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'is not a mode such as 0644')
  .transform((text) => Number.parseInt(text, 8))
  .optional()
  .openapi({ type: 'string', description: 'The permissions, in octal', example: '0644' });

/** The query of a file. */
export const fileQuery = z.object({ connection, path });

/** The query of `GET /sftp/stat`. */
export const statQuery = fileQuery.extend({
  follow: flag.openapi({ description: '`false`: of a symlink itself. Default `true`' }),
});

/** The query of `PUT /sftp/put`. */
export const putQuery = fileQuery.extend({
  atomic: flag.openapi({
    description:
      'Default `true`: the file takes its place when it is complete. `false`: it is written in place, which keeps owner and mode',
  }),
  mode,
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

/** The body of `POST /sftp/mkdir`. */
export const mkdirBody = z.strictObject({
  connection,
  path,
  recursive: z
    .boolean()
    .optional()
    .openapi({ description: 'Missing parents too; a folder that exists is no error' }),
  mode,
});

/** The body of `POST /sftp/rename`. */
export const renameBody = z.strictObject({
  connection,
  from: path,
  to: path.openapi({ example: '/reports/old/2026.csv' }),
  overwrite: z
    .boolean()
    .optional()
    .openapi({ description: 'Whether a target that exists is replaced. Default false' }),
});

/** The body of `POST /sftp/remove`. */
export const removeBody = z.strictObject({
  connection,
  path,
  recursive: z
    .boolean()
    .optional()
    .openapi({ description: 'A folder with all it holds; links are not followed. Default false' }),
});

const attributes = {
  type: z
    .enum(['file', 'directory', 'symlink', 'fifo', 'socket', 'block-device', 'character-device', 'unknown'])
    .openapi({ example: 'file' }),
  size: z.number().int().optional().openapi({ description: 'In bytes', example: 1_024 }),
  mode: z.string().optional().openapi({ description: 'The permissions, in octal', example: '0644' }),
  uid: z.number().int().optional(),
  gid: z.number().int().optional(),
  modifiedAt: z.string().optional().openapi({ format: 'date-time', example: '2026-11-29T09:00:00.000Z' }),
};

/** An entry of a folder. */
export const entrySchema = z
  .object({ name: z.string().openapi({ example: '2026.csv' }), ...attributes })
  .openapi('SftpEntry');

/** A folder. */
export const listSchema = z
  .object({ path: path.openapi({ example: '/reports' }), entries: z.array(entrySchema) })
  .openapi('SftpList');

/** A file's attributes. */
export const statSchema = z.object({ path, ...attributes }).openapi('SftpStat');

/** What was uploaded. */
export const putSchema = z
  .object({
    path,
    bytes: z.number().int().openapi({ example: 1_024 }),
    atomic: z.boolean().openapi({ description: 'Whether the target was replaced in one step' }),
  })
  .openapi('SftpPut');

/** What was done. */
export const doneSchema = z.object({ path }).openapi('SftpDone');
/** What was renamed. */
export const renamedSchema = z.object({ from: path, to: path }).openapi('SftpRenamed');

/** Attributes as JSON has them. */
export function attributesJson({ kind, size, mode, uid, gid, modifiedAt }: FileAttributes) {
  return {
    type: kind,
    size,
    mode: mode?.toString(8).padStart(4, '0'),
    uid,
    gid,
    modifiedAt: modifiedAt?.toISOString(),
  };
}
