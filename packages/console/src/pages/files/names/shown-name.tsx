// A server's name for the eye: nothing in it is invisible, and it turns nothing beside it.
import { visibleText } from '../../../browser/visible-text.ts';

/** Spaces at the beginning and at the end are seen, too. */
export function shownName(name: string): string {
  return visibleText(name)
    .replace(/^ +/, (spaces) => '␠'.repeat(spaces.length))
    .replace(/ +$/, (spaces) => '␠'.repeat(spaces.length));
}

/** The name, in a direction of its own. */
export function ShownName({ name }: { readonly name: string }) {
  return <bdi>{shownName(name)}</bdi>;
}
