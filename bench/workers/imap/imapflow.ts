// imapflow over its own transport for Workers.
import { connect } from 'cloudflare:sockets';
import { createSocketsTransport, ImapFlow } from 'imapflow';
import { rounds } from '../round.ts';
import { subject } from './scenarios.ts';

/** What it must know to ask for changes. */
interface Known {
  readonly modSeq: bigint;
  readonly uidValidity: bigint;
}

/** The types of workerd know secureTransport as a text, no more. */
const dial = connect as unknown as Parameters<typeof createSocketsTransport>[0];

export default rounds({
  imapflow: subject(async (port, tls) => {
    const client = new ImapFlow({
      host: 'localhost',
      port,
      secure: tls,
      doSTARTTLS: false,
      auth: { user: 'app', pass: 'app-password' },
      logger: false,
      disableAutoIdle: true,
      qresync: true,
      disableCompression: true,
      transport: createSocketsTransport(dial),
    });
    await client.connect();
    const open = (mailbox: string) => client.mailboxOpen(mailbox, { readOnly: true });
    return {
      async envelopes(mailbox) {
        await open(mailbox);
        let count = 0;
        const items = { uid: true, envelope: true, bodyStructure: true };
        for await (const { envelope, bodyStructure } of client.fetch('1:*', items, { uid: true }))
          if (envelope && bodyStructure) count++;
        return count;
      },
      async flags(mailbox) {
        await open(mailbox);
        let count = 0;
        for await (const { flags } of client.fetch('1:*', { uid: true, flags: true }, { uid: true }))
          if (flags) count++;
        return count;
      },
      async attachment(mailbox) {
        await open(mailbox);
        const { content } = await client.download('1', '2', { uid: true });
        let count = 0;
        for await (const bytes of content ?? []) count += (bytes as Uint8Array).length;
        return count;
      },
      async newest(mailbox) {
        const { exists } = await open(mailbox);
        const messages = await client.fetchAll(`${exists - 9}:*`, { uid: true, envelope: true });
        return messages.map(({ envelope }) => envelope?.subject);
      },
      async known(mailbox) {
        const { highestModseq = 0n, uidValidity } = await open(mailbox);
        return { modSeq: highestModseq, uidValidity } satisfies Known;
      },
      async changes(mailbox, known) {
        const { modSeq, uidValidity } = known as Known;
        const opened = await client.mailboxOpen(mailbox, {
          readOnly: true,
          changedSince: modSeq,
          uidValidity,
        });
        if (opened.highestModseq === modSeq) return 0;
        return (await client.fetchAll('1:*', { uid: true, flags: true }, { uid: true, changedSince: modSeq }))
          .length;
      },
      close: () => client.logout(),
    };
  }),
});
