/** The text is not a schema, or uses a part of the language that this product does not. */
export class SchemaSyntaxError extends Error {
  constructor(problem: string, line: number) {
    super(`schema, line ${line}: ${problem}`);
    this.name = 'SchemaSyntaxError';
  }
}

export interface Token {
  readonly text: string;
  readonly line: number;
}

const pattern = /(?<skip>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<token>[A-Za-z_][A-Za-z0-9_]*|->|[{}():|#+&*=/.,-])/y;

/** The tokens of a schema, and where the one at hand is. Comments are gone. */
export class TokenStream {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    this.tokens = [...lex(text)];
  }

  get done(): boolean {
    return this.next >= this.tokens.length;
  }

  peek(): string | undefined {
    return this.tokens[this.next]?.text;
  }

  /** Takes the token at hand if it is this one. */
  accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.next += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected ${text}, found ${this.peek() ?? 'the end'}`);
  }

  identifier(): string {
    const text = this.peek();
    if (text === undefined || !/^[A-Za-z_]/.test(text)) return this.fail(`expected a name, found ${text ?? 'the end'}`);
    this.next += 1;
    return text;
  }

  fail(problem: string): never {
    throw new SchemaSyntaxError(problem, (this.tokens[this.next] ?? this.tokens.at(-1))?.line ?? 1);
  }
}

function* lex(text: string): Iterable<Token> {
  let line = 1;
  for (pattern.lastIndex = 0; pattern.lastIndex < text.length;) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new SchemaSyntaxError(`unexpected ${JSON.stringify(text[at])}`, line);
    const { token } = match.groups as { token?: string };
    if (token !== undefined) yield { text: token, line };
    line += match[0].split('\n').length - 1;
  }
}
