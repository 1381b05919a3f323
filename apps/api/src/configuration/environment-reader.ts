export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the settings, at once: whoever starts a server wants one list, not one surprise per try. */
export class ConfigurationInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Refusing to start: ${problems.length} setting(s) need attention.\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationInvalid';
  }
}

/** Reads settings and collects what is wrong with them. What it returns for a wrong one is never used: see `finish`. */
export class EnvironmentReader {
  private readonly problems: string[] = [];

  constructor(readonly environment: Environment) {}

  complain(problem: string): void {
    this.problems.push(problem);
  }

  /** Throws `ConfigurationInvalid` when anything was wrong. */
  finish(): void {
    if (this.problems.length > 0) throw new ConfigurationInvalid(this.problems);
  }

  /** An empty value is no value. */
  optional(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: string, what: string): string {
    const value = this.optional(name);
    if (value === undefined) this.complain(`${name} is not set: ${what}`);
    return value ?? '';
  }

  whole(name: string, standard: number, [least, most]: readonly [number, number]): number {
    const text = this.optional(name);
    if (text === undefined) return standard;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) this.complain(`${name} must be a whole number from ${least} to ${most}`);
    return value;
  }

  flag(name: string): boolean {
    const text = this.optional(name);
    if (text !== undefined && text !== 'true' && text !== 'false') this.complain(`${name} must be true or false`);
    return text === 'true';
  }

  choice<Word extends string>(name: string, words: readonly Word[], standard: Word): Word {
    const text = this.optional(name);
    if (text === undefined) return standard;
    const chosen = words.find((word) => word === text);
    if (chosen === undefined) this.complain(`${name} must be one of ${words.join(', ')}`);
    return chosen ?? standard;
  }

  url(name: string, text: string | undefined, protocols: readonly string[]): URL | undefined {
    if (text === undefined) return undefined;
    const url = URL.parse(text);
    if (url !== null && protocols.includes(url.protocol)) return url;
    this.complain(`${name} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    return undefined;
  }

  /** For parts that read their own settings and throw when these are wrong. */
  part<Part>(read: (environment: Environment) => Part): Part {
    try {
      return read(this.environment);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
      return undefined as Part;
    }
  }
}
