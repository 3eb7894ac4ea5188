// The mail that is being written in a tab: what was typed survives a reload.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../../app/tabs/tab.ts';
import { Attached } from './files/attached.ts';
import type { MailText } from './mail.ts';

type TextField = Exclude<keyof MailText, 'html'>;

/** The fields, as signals. */
export interface DraftMail extends Readonly<Record<TextField, Signal<string>>> {
  readonly html: Signal<string>;
  /** Whether the HTML version is part of the mail. */
  readonly hasHtml: Signal<boolean>;
  /** Whether the fields that few mails need are shown. */
  readonly hasMore: Signal<boolean>;
  readonly attached: Attached;
}

/** The tab's mail. */
export function draftMail(tab: Tab): DraftMail {
  const text = (name: string) => draft(tab, `mail.${name}`, '');
  return {
    from: text('from'),
    to: text('to'),
    cc: text('cc'),
    bcc: text('bcc'),
    replyTo: text('replyTo'),
    subject: text('subject'),
    text: text('text'),
    html: text('html'),
    hasHtml: draft(tab, 'mail.hasHtml', false),
    hasMore: draft(tab, 'mail.hasMore', false),
    attached: new Attached(tab),
  };
}

/** What was typed. */
export function textOf(mail: DraftMail): MailText {
  const { from, to, cc, bcc, replyTo, subject, text, html, hasHtml } = mail;
  return {
    from: from.value,
    to: to.value,
    cc: cc.value,
    bcc: bcc.value,
    replyTo: replyTo.value,
    subject: subject.value,
    text: text.value,
    html: hasHtml.value ? html.value : undefined,
  };
}

/** Empties all but the sender. */
export function clearMail({ to, cc, bcc, replyTo, subject, text, html, hasHtml, attached }: DraftMail): void {
  for (const field of [to, cc, bcc, replyTo, subject, text, html]) field.value = '';
  hasHtml.value = false;
  attached.clear();
}
