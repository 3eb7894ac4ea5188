// Name constraints of an authority (RFC 5280 section 6.1.3 (b), (c)) held against the certificates below it, within a budget.
import { FORM, type GeneralName, generalNameText } from '../read/general-name.ts';
import type { NameConstraints, ReadCertificate } from '../types.ts';
import {
  constrainedNames,
  isInside,
  isUnderstoodForm,
  mayBeInside,
  type Prepared,
  prepareName,
  prepareSubtree,
} from './subtrees.ts';

/** Comparisons of names in one verification: a few milliseconds, and far more than honest certificates need. */
const MAX_COMPARISONS = 50_000;

/** What is prepared and counted for one verification. */
export class ConstraintChecker {
  readonly #names = new Map<ReadCertificate, readonly GeneralName[]>();
  readonly #prepared = new Map<GeneralName, Prepared>();
  readonly #subtrees = new Map<NameConstraints, Subtrees>();
  #left = MAX_COMPARISONS;

  /** @returns What is wrong in words, to follow the certificate's name; `undefined` where every name is allowed. */
  violation(constraints: NameConstraints, certificate: ReadCertificate): string | undefined {
    const names = this.#names.get(certificate) ?? constrainedNames(certificate);
    this.#names.set(certificate, names);
    // Counted before anything is prepared, which costs as much as many comparisons.
    this.#left -= names.length * (constraints.permitted.length + constraints.excluded.length);
    if (this.#left < 0) return 'has too many names for the name constraints above it';
    const { permitted, excluded, broken } = this.#subtreesOf(constraints);
    if (broken !== undefined)
      return `and an authority above it has the name constraint ${brokenText(broken)}`;
    for (const name of names) {
      const allowed = permitted.get(name.form);
      const forbidden = excluded.get(name.form);
      if (allowed === undefined && forbidden === undefined) continue;
      const wrong = violationOf(this.#prepare(name), allowed, forbidden ?? []);
      if (wrong !== undefined) {
        return `has the name ${generalNameText(name)}, which ${wrong} of an authority above it`;
      }
    }
    return undefined;
  }

  #prepare(name: GeneralName): Prepared {
    if (!this.#prepared.has(name)) this.#prepared.set(name, prepareName(name));
    return this.#prepared.get(name);
  }

  #subtreesOf(constraints: NameConstraints): Subtrees {
    const known = this.#subtrees.get(constraints);
    if (known !== undefined) return known;
    const [permitted, excluded] = [constraints.permitted, constraints.excluded].map(byForm);
    const subtrees = {
      permitted: permitted?.subtrees ?? new Map(),
      excluded: excluded?.subtrees ?? new Map(),
      broken: permitted?.broken ?? excluded?.broken,
    };
    this.#subtrees.set(constraints, subtrees);
    return subtrees;
  }
}

/** Subtrees by form; `undefined` for one that cannot be compared. */
type ByForm = ReadonlyMap<number, readonly Prepared[]>;

interface Subtrees {
  readonly permitted: ByForm;
  readonly excluded: ByForm;
  /** One that is not in order, whatever the names are. */
  readonly broken: GeneralName | undefined;
}

function byForm(names: readonly GeneralName[]): { subtrees: ByForm; broken: GeneralName | undefined } {
  const subtrees = new Map<number, Prepared[]>();
  let broken: GeneralName | undefined;
  for (const name of names) {
    const prepared = prepareSubtree(name);
    if (prepared === undefined && isUnderstoodForm(name.form)) broken ??= name;
    const list = subtrees.get(name.form);
    if (list === undefined) subtrees.set(name.form, [prepared]);
    else list.push(prepared);
  }
  return { subtrees, broken };
}

function violationOf(
  name: Prepared,
  allowed: readonly Prepared[] | undefined,
  forbidden: readonly Prepared[],
): string | undefined {
  if (name === undefined) return 'cannot be held against the name constraints';
  for (const subtree of forbidden) {
    if (subtree === undefined || mayBeInside(name, subtree)) return 'is excluded by the name constraints';
  }
  if (allowed === undefined) return undefined;
  for (const subtree of allowed) {
    if (subtree !== undefined && isInside(name, subtree)) return undefined;
  }
  return 'is not permitted by the name constraints';
}

function brokenText(name: GeneralName): string {
  const text = generalNameText(name);
  const isDotted = name.form === FORM.dns && name.value[0] === 0x2e;
  return isDotted
    ? `${text}, whose leading dot RFC 5280 does not have: leave it out`
    : `${text}, which is malformed`;
}
