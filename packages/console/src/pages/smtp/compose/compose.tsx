// Writes a mail and sends it. Nothing is sent before the addresses look right and all attachments are there.
import { smtpSend } from '@fairlead/sdk';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { plural } from '../../../browser/format.ts';
import { useWork } from '../../../browser/hooks.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { ProblemView } from '../../../ui/feedback/problem.tsx';
import { Progress } from '../../../ui/feedback/progress.tsx';
import type { PageProps } from '../../contract.ts';
import { clearMail, type DraftMail, textOf } from './draft-mail.ts';
import { attachmentRoom } from './files/base64.ts';
import { Files } from './files/files.tsx';
import { faultsOf, mailOf, recipientsOf } from './mail.ts';
import { type Sent, SentMail } from './sent-mail.tsx';
import { MailFields } from './text-fields.tsx';

interface ComposeProps extends PageProps {
  readonly mail: DraftMail;
}

/** A mail takes its time: servers look for spam before they answer. */
const TIMEOUT_MS = 120_000;

/** The form, and what the server said. */
export function Compose(props: ComposeProps) {
  const { mail } = props;
  const form = useRef<HTMLFormElement>(null);
  const room = attachmentRoom(props.access.limits.maxBodyBytes ?? 0);
  const { work, isTried, sent, send, forget } = useSending(props, room, form);
  const text = textOf(mail);
  const isSending = work.state.value === 'running';
  return (
    <form
      ref={form}
      class="smtp-compose"
      aria-label="Mail"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => onEnter(event, send)}
    >
      <MailFields mail={mail} faults={isTried.value ? faultsOf(text) : {}} />
      <Files attached={mail.attached} room={room} />
      <div class="row">
        <Button kind="primary" type="submit" isBusy={isSending} title="Ctrl Enter or ⌘ Enter">
          Send
        </Button>
        <Button onClick={() => void startAnew(mail, forget)}>New mail</Button>
        <span class="muted">{plural(recipientsOf(text), 'recipient')}</span>
      </div>
      {isTried.value && !isReady(mail, room) && (
        <p class="smtp-wrong" role="alert">
          The mail is not sent yet: see what is marked.
        </p>
      )}
      {isSending && <Progress label="Sending" onStop={() => work.stop()} />}
      {work.state.value === 'stopped' && (
        <p class="notice">
          Stopped. Where the server had the whole mail already, it delivers it all the same.
        </p>
      )}
      <Seen at={work.error.value}>
        <ProblemView error={work.error.value} />
      </Seen>
      {sent.value !== undefined && <SentMail sent={sent.value} />}
    </form>
  );
}

interface SeenProps {
  readonly at: unknown;
  readonly children: ComponentChildren;
}

/** Scrolls to its content whenever `at` changes: below a long mail nobody would see it. */
function Seen({ at, children }: SeenProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (at !== undefined) place.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return <div ref={place}>{children}</div>;
}

/** Sends the mail, once it can be sent. */
function useSending({ caller, mail }: ComposeProps, room: number, form: RefObject<HTMLFormElement | null>) {
  const work = useWork();
  const isTried = useSignal(false);
  const sent = useSignal<Sent | undefined>(undefined);
  const send = async () => {
    isTried.value = true;
    if (work.state.peek() === 'running') return;
    if (!isReady(mail, room)) {
      // By then the faults are marked.
      queueMicrotask(() => form.current?.querySelector<HTMLElement>('.wrong input')?.focus());
      return;
    }
    const text = textOf(mail);
    if (text.subject.trim() === '' && !(await confirm(NO_SUBJECT))) return;
    sent.value = undefined;
    const answer = await work.run(async (signal) => {
      const body = mailOf(text, await mail.attached.encoded());
      return caller.run('smtpSend', smtpSend, { body, signal, timeoutMs: TIMEOUT_MS });
    });
    if (answer === undefined) return;
    sent.value = { ...answer, at: Date.now() };
    isTried.value = false;
    announce(answer.rejected.length === 0 ? 'The server took the mail' : 'The server took the mail for some');
  };
  /** What became of the mail before is nothing of the next one. */
  const forget = () => {
    work.clear();
    isTried.value = false;
    sent.value = undefined;
  };
  return { work, isTried, sent, send, forget };
}

/** Ctrl Enter sends. Enter alone does not: in a line of addresses it is pressed by habit. */
function onEnter(event: KeyboardEvent, send: () => Promise<void>): void {
  if (event.key !== 'Enter') return;
  const isLine = event.target instanceof HTMLInputElement && event.target.type === 'text';
  const isCommand = event.ctrlKey || event.metaKey;
  if (isLine || isCommand) event.preventDefault();
  if (isCommand) void send();
}

const NO_SUBJECT = {
  title: 'Send without a subject?',
  body: 'The mail has none. Many readers and filters take such mails for spam.',
  verb: 'Send',
};

function isReady(mail: DraftMail, room: number): boolean {
  const { attached } = mail;
  return (
    Object.keys(faultsOf(textOf(mail))).length === 0 && attached.missing.length === 0 && attached.size <= room
  );
}

async function startAnew(mail: DraftMail, onDone: () => void): Promise<void> {
  const { from: _, ...written } = textOf(mail);
  const isEmpty =
    Object.values(written).every((one) => (one ?? '') === '') && mail.attached.files.peek().length === 0;
  const question = {
    title: 'Begin a new mail?',
    body: 'What was written here is thrown away; the sender stays.',
    verb: 'Throw away',
    isDanger: true,
  };
  if (!isEmpty && !(await confirm(question))) return;
  clearMail(mail);
  onDone();
}
