// A message's files, and the message itself as a file: saved, never opened here.
import { imapPart } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import { download } from '../../../browser/files.ts';
import { formatBytes } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { readBody } from '../../../session/calls/read-body.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { Account } from '../account/account.ts';
import { AccountProblem } from '../account/account-problem.tsx';
import { plainLine } from '../messages/summary.ts';
import { Paperclip } from './paperclip.tsx';
import { type BodyPart, decodedSize } from './parts.ts';

interface FilesProps {
  readonly account: Account;
  readonly uid: number;
  readonly uidValidity: number;
  readonly files: readonly BodyPart[];
  /** Of the whole message. */
  readonly size: number | undefined;
}

/** The files. */
export function Files({ account, uid, uidValidity, files, size }: FilesProps) {
  const work = useWork();
  const progress = useSignal({ name: '', bytes: 0, of: 0 });
  const save = (part: string, name: string, expected: number | undefined) =>
    void work.run(async (abort) => {
      const query = { mailbox: account.mailbox.peek(), uid, uidValidity, part };
      const response = await account.caller.run('imapPart', imapPart, { query, signal: abort });
      const blob = await readBody(response, (bytes) => {
        progress.value = { name, bytes, of: expected ?? 0 };
      });
      // Bytes to be saved, whatever the mail says they are.
      if (!abort.aborted) download(name, new Blob([blob], { type: 'application/octet-stream' }));
    });
  const { name, bytes, of } = progress.value;
  return (
    <div class="imap-files">
      <ul aria-label="Attachments" class="row">
        {files.map((file) => (
          <li key={file.part}>
            <FileButton file={file} onSave={(own) => save(file.part, own, decodedSize(file))} />
          </li>
        ))}
        <li>
          <Button kind="quiet" onClick={() => save('raw', `message-${uid}.eml`, size)}>
            Save the whole message
          </Button>
        </li>
      </ul>
      {work.state.value === 'running' && (
        <Progress
          label={`Saving ${name}, ${formatBytes(bytes)}`}
          value={of > 0 ? Math.min(1, bytes / of) : undefined}
          onStop={() => work.stop()}
        />
      )}
      <AccountProblem error={work.error.value} onReload={() => void account.load()} />
    </div>
  );
}

interface FileButtonProps {
  readonly file: BodyPart;
  readonly onSave: (name: string) => void;
}

function FileButton({ file, onSave }: FileButtonProps) {
  const size = decodedSize(file);
  const name = plainLine(file.filename ?? `part-${file.part}`, 120);
  return (
    <Button title={`Save: ${plainLine(file.type, 100)}`} class="imap-file" onClick={() => onSave(name)}>
      <Paperclip />
      <span class="visually-hidden">Save</span> <bdi>{name}</bdi>
      {size !== undefined && <span class="muted">{formatBytes(size)}</span>}
    </Button>
  );
}
