// The sign of an attachment: drawn, since not every system has a letter for it.

/** A paperclip, as high as the text beside it. Those who hear need a word beside it. */
export function Paperclip() {
  return (
    <svg class="imap-clip" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M11 4.5 6.2 9.4a1.2 1.2 0 0 0 1.7 1.7l5-5.1a2.6 2.6 0 0 0-3.7-3.7L4 7.6a4 4 0 0 0 5.7 5.7L13 10" />
    </svg>
  );
}
