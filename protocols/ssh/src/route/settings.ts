// What an entry of `FAIRLEAD_CONNECTIONS` may hold for SSH and SFTP beside its URL. A host key is required.
import type { EntrySettings } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import { commandsSchema } from './commands/settings.ts';

/** A fingerprint as `ssh-keygen -l` shows it. */
export const FINGERPRINT: RegExp = /^SHA256:[A-Za-z0-9+/]{43}$/;

const fingerprintSchema = z.string().regex(FINGERPRINT, 'is not a fingerprint such as SHA256:uNiV...');
const textsSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(16)]);

/** By which an entry says which host keys are the server's; exactly one is needed. */
const HOST_KEY_MEMBERS = ['knownHosts', 'fingerprint', 'insecureAcceptAnyHostKey'] as const;

/** The settings of an entry. Unknown ones are refused. */
export const settingsSchema = z
  .strictObject({
    username: z.string().min(1).optional(),
    password: z.string().optional(),
    privateKey: textsSchema.optional(),
    certificate: z.string().min(1).optional(),
    knownHosts: z.string().min(1).optional(),
    fingerprint: z.union([fingerprintSchema, z.array(fingerprintSchema).min(1).max(16)]).optional(),
    insecureAcceptAnyHostKey: z.literal(true).optional(),
    rekeyAfterBytes: z.number().min(65_536).optional(),
    keepAliveMs: z.number().positive().optional(),
    commands: commandsSchema.optional(),
    names: z.enum(['utf8', 'latin1']).optional(),
    root: z
      .string()
      .min(1)
      .refine((text) => !/[\0\r\n]/.test(text), 'must hold no NUL, CR and LF')
      .optional(),
  })
  .superRefine((entry, context) => {
    const given = HOST_KEY_MEMBERS.filter((name) => entry[name] !== undefined);
    if (given.length === 1) return;
    const message =
      given.length === 0
        ? 'needs the server’s host key: "fingerprint": "SHA256:...", or "knownHosts"'
        : `has ${given.join(' and ')}: give one of them`;
    context.addIssue({ code: 'custom', path: ['fingerprint'], message });
  });

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['fingerprint', 'insecureAcceptAnyHostKey', 'root', 'names', 'keepAliveMs', 'rekeyAfterBytes'],
};

/** A connection's settings. */
export type ConnectionSettings = z.output<typeof settingsSchema>;
