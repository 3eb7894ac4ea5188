// Ours.
import { connect, download, type SyncState, sync } from '@fairlead/imap';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

export default rounds({
  fairlead: subject(async (port, tls) => {
    const imap = await connect({
      hostname: 'localhost',
      port,
      tls,
      authWithoutTls: 'cleartext',
      mechanisms: ['PLAIN'],
      username: 'app',
      password: 'app-password',
    });
    return {
      async envelopes(mailbox) {
        await imap.examine(mailbox);
        let count = 0;
        for await (const { envelope, structure } of imap.fetch('1:*', { envelope: true, structure: true }))
          if (envelope && structure) count++;
        return count;
      },
      async flags(mailbox) {
        await imap.examine(mailbox);
        let count = 0;
        for await (const { flags } of imap.fetch('1:*', { flags: true })) if (flags) count++;
        return count;
      },
      async attachment(mailbox) {
        await imap.examine(mailbox);
        let count = 0;
        for await (const bytes of await download(imap, 1, '2')) count += bytes.length;
        return count;
      },
      async newest(mailbox) {
        await imap.examine(mailbox);
        const subjects: (string | undefined)[] = [];
        for await (const { envelope } of imap.fetch({ newest: 10 }, { envelope: true }))
          subjects.push(envelope?.subject);
        return subjects;
      },
      known: async (mailbox) => (await sync(imap, mailbox)).state,
      changes: async (mailbox, known) => (await sync(imap, mailbox, known as SyncState)).changed.length,
      close: () => imap.close(),
    };
  }),
});
