// What is known of the server: the state, its capabilities, the selected mailbox, kept up by its responses. It sends nothing.
import type { Response } from '../responses/types/response.ts';
import type { EncodeAbilities } from '../wire/arguments.ts';
import type { MailboxState } from './mailbox-state.ts';
import { SessionState } from './states.ts';

/** One session. */
export class Session extends SessionState {
  /** In upper case. Undefined: the server has not told them since they were forgotten last. */
  capabilities: ReadonlySet<string> | undefined;
  /** What ENABLE has turned on (RFC 5161). */
  readonly enabled = new Set<string>();
  /** The mailbox that is selected, or that is being selected. */
  mailbox: MailboxState | undefined;
  /** What the server says of itself (RFC 2971). */
  id: Readonly<Record<string, string | undefined>> | undefined;
  /** Names whose encoding is broken: they are given back as they came. */
  readonly rawNames = new Set<string>();
  /** Gets what a person should read. Undefined until TLS is on, where it is to be: before, anybody may have said it. */
  onAlert: ((text: string) => void) | undefined;

  constructor(onAlert?: (text: string) => void) {
    super();
    this.onAlert = onAlert;
  }

  /** What was said in clear counts for nothing under TLS. */
  forget(): void {
    this.capabilities = this.id = undefined;
    this.enabled.clear();
  }

  /** Whether the server offers one of these. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => this.capabilities?.has(name));
  }

  /** How commands may be written. */
  get abilities(): EncodeAbilities {
    return {
      literals: this.has('LITERAL+') ? 'plus' : this.has('LITERAL-', 'IMAP4REV2') ? 'minus' : undefined,
      utf8: this.enabled.has('UTF8=ACCEPT') || this.enabled.has('IMAP4REV2'),
    };
  }

  /** Takes any response. */
  take(response: Response): void {
    if (response.type === 'capability') this.#offer(response.words);
    else if (response.type === 'id') this.id = response.fields;
    else if (response.type === 'enabled') for (const word of response.words) this.enabled.add(word);
    else if (response.type === 'condition' || response.type === 'tagged') {
      const { code, text } = response;
      if (code?.name === 'CAPABILITY' && code.words !== undefined) this.#offer(code.words);
      else if (code?.name === 'ALERT') this.#alert(text);
    }
    this.mailbox?.take(response);
  }

  #offer(words: readonly string[]): void {
    this.capabilities = new Set(words);
  }

  #alert(text: string): void {
    try {
      this.onAlert?.(text);
    } catch {
      // The callback is the caller's: it says what it thinks of its own errors.
    }
  }
}
