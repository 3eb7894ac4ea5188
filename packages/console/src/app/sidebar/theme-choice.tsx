// Light, dark, or what the system has.
import { THEMES, theme } from '../../browser/theme.ts';

const NAMES = { system: 'System', light: 'Light', dark: 'Dark' } as const;

/** The choice of the theme. */
export function ThemeChoice() {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">Theme</legend>
      {THEMES.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          <span>{NAMES[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
