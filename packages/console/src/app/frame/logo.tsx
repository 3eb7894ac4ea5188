// The mark: a line through a fairlead.

/** The mark; it says nothing that the words beside it do not. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b4f8a" />
      <path
        d="M6 21c0-7 4-12 10-12s10 5 10 12"
        fill="none"
        stroke="#fff"
        stroke-width="3"
        stroke-linecap="round"
      />
      <path d="M2 24h28" stroke="#8fd0ff" stroke-width="3" stroke-linecap="round" />
      <circle cx="16" cy="19" r="3" fill="#fff" />
    </svg>
  );
}
