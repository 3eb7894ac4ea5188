// Ours: BDAT, since the sink offers CHUNKING, and DATA where that is turned off.
import { connect } from '@fairlead/smtp';
import { sendMail } from '@fairlead/smtp/mime';
import { rounds } from '../round.ts';
import { attachmentPieces, FROM, MAIL, MESSAGE, type Open, subject, TO } from './scenarios.ts';

function open(chunking: boolean): Open {
  return async (port) => {
    const client = await connect({ hostname: '127.0.0.1', port, tls: false, chunking });
    return {
      sendRaw: () => client.sendRaw({ from: FROM, to: TO }, MESSAGE),
      send: (attachment) =>
        sendMail(client, {
          from: FROM,
          to: TO,
          ...MAIL,
          attachments: attachment ? [{ filename: 'large.bin', content: attachmentPieces() }] : [],
        }),
      close: () => client.close(),
    };
  };
}

export default rounds({ fairlead: subject(open(true)), 'fairlead DATA': subject(open(false)) });
