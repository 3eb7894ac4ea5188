// A command's text in a connection's entry: `systemctl restart {service}`. It finds the places of parameters, and refuses those
// where a quoted value would not stay one word. Pure.

/** A piece of a command: text of the operator's, or the place of a parameter. */
export type CommandPiece = string | { readonly parameter: string };

/** A template, or what is wrong with it, in words that follow its place. */
export type ReadTemplate = { readonly pieces: readonly CommandPiece[] } | { readonly fault: string };

const PLACE = /\{([A-Za-z_][A-Za-z0-9_]{0,62})\}/y;

/** Shells read quotes in these in ways of their own, so that a quoted value could become code. */
const REFUSED: readonly (readonly [text: RegExp, name: string])[] = [
  [/`/, 'backquotes: write $(...)'],
  [/<</, 'here-documents'],
  [/\(\(|\$\[/, 'arithmetic'],
  // A parameter behind a dollar would become a text with escapes of its own in bash.
  [/\$\{/, 'a dollar before a brace: a parameter of the request is {name} alone'],
  [/\$'/, "$'...'"],
  [/[\0\r]/, 'NUL and CR'],
  // The shell joins the lines, and what is a comment or arithmetic then is not seen here.
  [/\\\n/, 'a backslash at the end of a line'],
  // bash computes with what stands beside -eq, and runs the substitutions in it.
  [/(?:^|[\s;&|(!])\[\[\s/, '[[ ... ]]: write [ ... ]'],
  [/\w\[[^\]\s]*\{[A-Za-z_]\w*\}/, 'a parameter in the index of an array'],
  // bash expands this word twice, whatever its quotes.
  [/[<>]&(?!(?:\d+|-)(?:[\s;&|)<>]|$))/, '>& before a name: write > file 2>&1'],
];

/** Reads a template. Braces that hold no name, as in `{a,b}`, and those behind `\` and `$` are the shell's. */
export function readTemplate(text: string): ReadTemplate {
  const pieces: CommandPiece[] = [];
  let literal = '';
  const scanner = new QuoteScanner();
  for (let at = 0; at < text.length; ) {
    PLACE.lastIndex = at;
    const place = scanner.isOwn ? null : PLACE.exec(text);
    const [whole = '', parameter] = place ?? [];
    if (parameter === undefined) {
      const character = text.charAt(at);
      scanner.take(character);
      literal += character;
      at += 1;
      continue;
    }
    const inside = scanner.inside;
    if (inside !== undefined)
      return { fault: `has {${parameter}} in ${inside}: leave them out, values are quoted` };
    pieces.push(literal, { parameter });
    literal = '';
    scanner.take('x');
    at += whole.length;
  }
  pieces.push(literal);
  const found = pieces.filter((piece) => piece !== '');
  if (found.every((piece) => typeof piece === 'string')) return { pieces: found };
  return checked(text, found, scanner.hasQuotedSubstitution);
}

function checked(text: string, pieces: readonly CommandPiece[], isNested: boolean): ReadTemplate {
  // Quotation marks inside it are of their own, and a parameter that looks bare would stand in them.
  if (isNested) return { fault: 'has parameters, and must not hold $(...) in quotation marks' };
  const refused = REFUSED.find(([part]) => part.test(text));
  if (refused !== undefined) return { fault: `has parameters, and must not hold ${refused[1]}` };
  return { pieces };
}

/** Follows a shell's quotes and comments. */
class QuoteScanner {
  #quote: "'" | '"' | '#' | undefined;
  #previous = ' ';
  #isEscaping = false;
  hasQuotedSubstitution = false;

  /** Whether a brace that comes next is the shell's: `\{`, `${`. */
  get isOwn(): boolean {
    return this.#isEscaping || this.#previous === '$';
  }

  /** What the next character stands in, for messages. */
  get inside(): string | undefined {
    if (this.#quote === undefined) return undefined;
    return this.#quote === '#' ? 'a comment' : 'quotation marks';
  }

  take(character: string): void {
    if (this.#quote === '"' && character === '(' && this.#previous === '$') this.hasQuotedSubstitution = true;
    if (this.#isEscaping) {
      this.#isEscaping = false;
      // It is a letter as any other: no comment begins behind an escaped space.
      this.#previous = 'x';
      return;
    }
    if (this.#quote === '#') this.#quote = character === '\n' ? undefined : '#';
    else if (character === '\\' && this.#quote !== "'") this.#isEscaping = true;
    else if (this.#quote !== undefined) this.#quote = character === this.#quote ? undefined : this.#quote;
    else if (character === "'" || character === '"') this.#quote = character;
    else if (character === '#' && /[\s;&|()<>]/.test(this.#previous)) this.#quote = '#';
    this.#previous = character;
  }
}
