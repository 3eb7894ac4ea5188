// What a published package must say of itself on the registry, and the files that go with it. It reads and writes no file.

/** Where the sources are. */
const REPOSITORY = 'https://github.com/fairlead/fairlead';

/** A `package.json`, as far as releases look at it. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly [field: string]: unknown;
}

const FEWEST_KEYWORDS = 3;
/** The registry's search results show no more. */
const LONGEST_DESCRIPTION = 130;
/** The order in which fields are written; `--fix` puts a missing one in its place. */
const ORDER = ['name', 'version', 'description', 'keywords', 'homepage', 'bugs', 'repository', 'license'];

/** The fields that follow from the folder alone. @param dir `packages/bytes`. */
function derivedFields(dir: string): Record<string, unknown> {
  return {
    homepage: `${REPOSITORY}/tree/main/${dir}#readme`,
    bugs: { url: `${REPOSITORY}/issues` },
    repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: dir },
    license: 'MIT',
    publishConfig: { access: 'public', provenance: true },
  };
}

/** The first lines of a package's changelog; the rest is written by `changeset version`. */
export function changelogHeading(name: string): string {
  return `# ${name}\n`;
}

/** @returns One complaint for each field that is missing or different, in the manifest's words. */
export function manifestProblems(dir: string, manifest: Manifest): string[] {
  const problems = Object.entries(derivedFields(dir))
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => `"${field}" must be ${JSON.stringify(value)}`);
  const { description = '', keywords = [] } = manifest;
  if (description === '' || description.length > LONGEST_DESCRIPTION) {
    problems.push(`"description" must have 1 to ${LONGEST_DESCRIPTION} characters`);
  }
  if (keywords.length < FEWEST_KEYWORDS) problems.push(`"keywords" must be ${FEWEST_KEYWORDS} or more`);
  if (!isFilePublished(manifest, 'CHANGELOG.md')) problems.push('"files" must list "CHANGELOG.md"');
  return problems;
}

/** The manifest with every derived field. Description and keywords are left to a person. */
export function completed(dir: string, manifest: Manifest): Record<string, unknown> {
  const files = Array.isArray(manifest.files) ? manifest.files : [];
  const all: Record<string, unknown> = {
    ...manifest,
    files: isFilePublished(manifest, 'CHANGELOG.md') ? files : [...files, 'CHANGELOG.md'],
    ...derivedFields(dir),
  };
  const known = ORDER.filter((field) => field in all);
  const { publishConfig, ...others } = all;
  const rest = Object.entries(others).filter(([field]) => !ORDER.includes(field));
  const position = rest.findIndex(([field]) => field === 'scripts');
  rest.splice(position < 0 ? rest.length : position, 0, ['publishConfig', publishConfig]);
  return Object.fromEntries([...known.map((field) => [field, all[field]] as const), ...rest]);
}

function isFilePublished(manifest: Manifest, name: string): boolean {
  return Array.isArray(manifest.files) && manifest.files.includes(name);
}
