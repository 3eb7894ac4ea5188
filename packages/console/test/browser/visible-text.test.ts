// Nothing of a stranger's text may hide, or turn what stands beside it.
import { describe, expect, it } from 'vitest';
import { visibleText } from '../../src/browser/visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['plain text, 横浜 ⚓, Ж שלום 👩‍💻', 'plain text, 横浜 ⚓, Ж שלום 👩‍💻'],
    ['\u001b[31mred', '␛[31mred'],
    ['a\r\nb\tc', 'a␍␊b␉c'],
    ['gpj\u202eexe.', 'gpj⟨202E⟩exe.'],
    ['\u200bzero\u2066width\ufeff', '⟨200B⟩zero⟨2066⟩width⟨FEFF⟩'],
    ['\u007f\u0085', '␡⟨0085⟩'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('shows %j as %j', (text, shown) => expect(visibleText(text)).toBe(shown));

  it('keeps lines and tabs where they are wanted', () => {
    expect(visibleText('{\n\t"a": 1\r\n}\u0000', true)).toBe('{\n\t"a": 1␍\n}␀');
  });
});
