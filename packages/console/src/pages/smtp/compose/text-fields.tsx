// The fields of a mail: addresses, subject, text and its HTML version.
import { Button } from '../../../ui/controls/button.tsx';
import { Check, TextField } from '../../../ui/controls/text-field.tsx';
import { HtmlFrame } from '../../../ui/values/html-frame.tsx';
import type { DraftMail } from './draft-mail.ts';
import type { MailFaults } from './mail.ts';

interface MailFieldsProps {
  readonly mail: DraftMail;
  readonly faults: MailFaults;
}

/** The fields. */
export function MailFields({ mail, faults }: MailFieldsProps) {
  const isMore = mail.hasMore.value || faults.cc !== undefined || faults.bcc !== undefined;
  return (
    <>
      <div class="smtp-pair">
        <TextField
          label="From"
          value={mail.from}
          error={faults.from}
          hint="May stay empty where the connection has one sender alone"
          placeholder="Ann <ann@example.com>"
        />
        <TextField
          label="To"
          value={mail.to}
          error={faults.to}
          hint="Several with commas between them"
          placeholder="harbour@example.com"
        />
      </div>
      <div class="row">
        <Button
          kind="quiet"
          isPressed={isMore}
          onClick={() => {
            mail.hasMore.value = !mail.hasMore.value;
          }}
        >
          Cc, Bcc, Reply-To
        </Button>
      </div>
      {isMore && (
        <div class="smtp-pair">
          <TextField label="Cc" value={mail.cc} error={faults.cc} />
          <TextField label="Bcc" value={mail.bcc} error={faults.bcc} hint="Nobody else sees these" />
          <TextField label="Reply-To" value={mail.replyTo} error={faults.replyTo} />
        </div>
      )}
      <TextField label="Subject" value={mail.subject} />
      <TextField label="Text" value={mail.text} rows={9} class="smtp-text" />
      <Check label="With an HTML version" value={mail.hasHtml} />
      {mail.hasHtml.value && (
        <div class="smtp-pair">
          <TextField
            label="HTML source"
            value={mail.html}
            rows={9}
            isCode
            hint="Readers that show no HTML show the text above"
          />
          <div class="stack">
            <strong class="smtp-caption">Preview</strong>
            <HtmlFrame html={mail.html.value} label="Preview of the HTML version" />
          </div>
        </div>
      )}
    </>
  );
}
