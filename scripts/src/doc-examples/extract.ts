// Finds examples: the code of each `@example` block of doc comments, and of Markdown files. It compiles nothing.

/** An example of a doc comment. */
export interface Example {
  /** The file that it stands in. */
  readonly path: string;
  /** The line of its first line of code, 1-based. */
  readonly line: number;
  readonly code: string;
}

const DOC_COMMENT = /\/\*\*[\s\S]*?\*\//g;
/** From `@example` at a line's beginning to the next tag; the code is in its fences. */
const EXAMPLE = /(?<=(?:\n\s*|\/\*)\*[ \t]*)@example(?=\s)[\s\S]*?(?=\n\s*\*\s*@[a-z]|\*\/)/g;
const FENCE = /```(?:ts|typescript)\n([\s\S]*?)\n\s*\*\s*```/g;

/**
 * The examples of one file, in order. An `@example` without a fence is a value, not code, and is left out; one whose fence is
 * not of `ts` has no code here, so that it is reported.
 */
export function examplesIn(path: string, text: string): Example[] {
  const found: Example[] = [];
  for (const comment of text.matchAll(DOC_COMMENT)) {
    for (const block of comment[0].matchAll(EXAMPLE)) {
      const at = comment.index + block.index;
      const fences = [...block[0].matchAll(FENCE)];
      if (fences.length === 0 && block[0].includes('```'))
        found.push({ path, line: lineAt(text, at), code: '' });
      for (const fence of fences) {
        const [whole, code = ''] = fence;
        const from = at + fence.index + whole.indexOf('\n') + 1;
        found.push({ path, line: lineAt(text, from), code: code.replace(/^[ \t]*\*[ \t]?/gm, '') });
      }
    }
  }
  return found;
}

/** The blocks of `ts` in a Markdown file, in order. */
export function examplesInMarkdown(path: string, text: string): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map((block) => ({
    path,
    line: lineAt(text, block.index) + 1,
    code: block[1] ?? '',
  }));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
