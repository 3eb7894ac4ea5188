// Searches the mailbox: words and where, and what few searches need folded away.
import { useComputed } from '@preact/signals';
import { Button } from '../../../ui/controls/button.tsx';
import type { Account } from '../account/account.ts';
import { PLACES, type Place, type SearchText } from './criteria.ts';

/** The form. */
export function SearchForm({ account }: { readonly account: Account }) {
  const { search } = account;
  const text = search.value;
  const isFolded = useComputed(() => {
    const { since, before, isUnseen, isFlagged } = search.value;
    return since === '' && before === '' && !isUnseen && !isFlagged;
  });
  const set = (change: Partial<SearchText>) => {
    search.value = { ...search.peek(), ...change };
  };
  return (
    <form
      class="imap-search"
      role="search"
      aria-label="Search the mailbox"
      onSubmit={(event) => {
        event.preventDefault();
        void account.startSearch();
      }}
    >
      <div class="row imap-words">
        <input
          type="search"
          class="grow"
          aria-label="Search for"
          placeholder="Search"
          value={text.words}
          onInput={(event) => set({ words: event.currentTarget.value })}
        />
        <select
          aria-label="Search in"
          value={text.place}
          onChange={(event) => set({ place: event.currentTarget.value as Place })}
        >
          {PLACES.map(([place, name]) => (
            <option key={place} value={place}>
              {name}
            </option>
          ))}
        </select>
        <Button type="submit">Search</Button>
      </div>
      <details open={!isFolded.value}>
        <summary>Dates and flags</summary>
        <div class="row bottom imap-more-fields">
          <Day label="Since" value={text.since} onChange={(since) => set({ since })} />
          <Day label="Before" value={text.before} onChange={(before) => set({ before })} />
          <Flag label="Unread" isOn={text.isUnseen} onChange={(isUnseen) => set({ isUnseen })} />
          <Flag label="Flagged" isOn={text.isFlagged} onChange={(isFlagged) => set({ isFlagged })} />
        </div>
      </details>
      {account.isSearching && (
        <Button kind="quiet" onClick={() => void account.endSearch()}>
          Show all messages again
        </Button>
      )}
    </form>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <label class="imap-day">
      {label}
      <input type="date" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}

interface FlagProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Flag({ label, isOn, onChange }: FlagProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
