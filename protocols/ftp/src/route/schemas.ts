// The JSON bodies and answers of the FTP routes, for checks and for the OpenAPI document. Data only.
import { z } from '@hono/zod-openapi';

const connection = z.string().min(1).max(64).optional().openapi({ description: 'A named connection' });
const path = z.string().min(1).openapi({ description: 'Below the root of the connection', example: '/logs' });

/** The body of `/ftp/list`. */
export const listSchema = z.strictObject({
  connection,
  path: z.string().default('/').openapi({ description: 'Default: the root' }),
});

/** The body of `/ftp/stat`. */
export const statSchema = z.strictObject({ connection, path });

/** The body of `/ftp/mkdir`. */
export const mkdirSchema = z.strictObject({
  connection,
  path,
  recursive: z.boolean().default(false).openapi({
    description: 'Makes the missing directories above it too, and takes one that exists',
  }),
});

/** The body of `/ftp/rename`. */
export const renameSchema = z.strictObject({ connection, from: path, to: path });

/** The body of `/ftp/delete`. */
export const deleteSchema = z.strictObject({
  connection,
  path,
  kind: z.enum(['file', 'directory', 'tree']).default('file').openapi({
    description: '`directory`: an empty one. `tree`: a directory with all that it holds',
  }),
});

/** An entry of a listing. */
export const entrySchema = z
  .object({
    name: z
      .string()
      .openapi({ description: 'As the server wrote it: check it before you build a path of it' }),
    type: z.enum(['file', 'directory', 'link', 'other', 'unparsed']),
    size: z.number().optional(),
    modifiedAt: z.string().optional().openapi({ format: 'date-time' }),
    isTimeApproximate: z
      .boolean()
      .optional()
      .openapi({ description: 'true: from LIST, which knows no time zone' }),
    target: z.string().optional().openapi({ description: 'Of a link' }),
    permissions: z.string().optional(),
    owner: z.string().optional(),
    group: z.string().optional(),
    raw: z.string().optional().openapi({ description: 'The server’s line, where it is of no known form' }),
  })
  .openapi('FtpEntry');

/** A listing. */
export const listingSchema = z.object({ entries: z.array(entrySchema) }).openapi('FtpListing');
