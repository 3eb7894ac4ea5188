// Examples of doc comments: found where they stand, compiled against the sources, and refused when they do not compile.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileExamples, examplesOf, examplesOfDocs, packageDirs } from '../src/doc-examples/compile.ts';
import { examplesIn, examplesInMarkdown } from '../src/doc-examples/extract.ts';

const root = join(import.meta.dirname, '../..');

const SOURCE = `// a file
/**
 * Does it.
 * \`\`\`ts
 * mail('app@example.com');
 * \`\`\`
 * @param x What.
 * @example
 * \`\`\`ts
 * import { concat } from '@fairlead/bytes';
 *
 * if (x) {
 *   concat([]);
 * }
 * \`\`\`
 * @throws Never.
 */
export function a() {}

class B {
  /**
   * @example
   * \`\`\`ts
   * b();
   * \`\`\`
   */
  b() {}
  /** @example 'a value' */
  c() {}
  /**
   * @example
   * \`\`\`js
   * c();
   * \`\`\`
   */
  d() {}
  // @example \`\`\`ts no doc comment \`\`\`
}
`;

it('are found with their lines, without what makes them comments', () => {
  expect(examplesIn('a.ts', SOURCE)).toEqual([
    {
      path: 'a.ts',
      line: 10,
      code: "import { concat } from '@fairlead/bytes';\n\nif (x) {\n  concat([]);\n}",
    },
    { path: 'a.ts', line: 24, code: 'b();' },
    { path: 'a.ts', line: 31, code: '' },
  ]);
});

it('are found in documents, where they are TypeScript', () => {
  const text = '# A\n\n```ts\na();\nb();\n```\n\n```sh\nls\n```\n\n```ts\nc();\n```\n';
  expect(examplesInMarkdown('a.md', text)).toEqual([
    { path: 'a.md', line: 4, code: 'a();\nb();' },
    { path: 'a.md', line: 13, code: 'c();' },
  ]);
});

describe('what does not compile', () => {
  const problems = (code: string): Promise<string[]> =>
    compileExamples(root, 'packages/bytes', [{ path: 'packages/bytes/src/x.ts', line: 10, code }]);

  it.each([
    [
      "import { concat } from '@fairlead/bytes';\nconcat('text');",
      /^packages\/bytes\/src\/x\.ts:11 .*TS2345/,
    ],
    ["import { nothing } from '@fairlead/bytes';", /x\.ts:10 .*TS2305/],
    ['undeclared();', /x\.ts:10 .*TS2304/],
    ['', /x\.ts:10 {2}has no code/],
  ])('%j is reported with its place', async (code, expected) => {
    expect(await problems(code)).toEqual([expect.stringMatching(expected)]);
  });

  it('but an example that is whole, or uses what all may use, is not', async () => {
    const code =
      "import { concat } from '@fairlead/bytes';\nconst unused = concat([]);\nawait fetch(env.URL ?? '', { signal });";
    expect(await problems(code)).toEqual([]);
  });
});

describe('all of them compile', () => {
  const withExamples = packageDirs(root).filter((dir) => examplesOf(root, dir).length > 0);
  it.each(withExamples)('in %s', { timeout: 120_000 }, async (dir) => {
    expect(await compileExamples(root, dir, examplesOf(root, dir))).toEqual([]);
  });

  it('in the documents', { timeout: 120_000 }, async () => {
    expect(await compileExamples(root, 'docs', examplesOfDocs(root))).toEqual([]);
  });
});
