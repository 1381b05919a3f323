/** The settings are wrong. Its message lists everything that is, so that nobody starts five times to find five mistakes. */
export class ConfigurationInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationInvalid';
  }
}

/**
 * Reads settings from environment variables. An empty variable counts as absent. Reading never throws: problems are
 * collected, and `settled` reports all of them at once.
 */
export class Environment {
  private readonly problems: string[] = [];

  constructor(private readonly variables: Readonly<Record<string, string | undefined>>) {}

  optional(name: string): string | undefined {
    const value = this.variables[name]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: string, what: string): string {
    const value = this.optional(name);
    if (value === undefined) this.reject(`${name} is missing: ${what}.`);
    return value ?? '';
  }

  integer(name: string, fallback: number, range: { readonly min: number; readonly max: number }): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    this.reject(`${name} is "${text}", but must be a whole number from ${range.min} to ${range.max}.`);
    return fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    if (text !== 'true' && text !== 'false') this.reject(`${name} is "${text}", but must be true or false.`);
    return text === 'true';
  }

  oneOf<const Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) this.reject(`${name} is "${text}", but must be one of ${choices.join(', ')}.`);
    return chosen ?? fallback;
  }

  /** An absolute URL of one of the protocols (`postgres:`, `https:` …). */
  url(name: string, value: string | undefined, protocols: readonly string[]): string {
    if (value === undefined || value === '') return '';
    const known = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    if (!known) this.reject(`${name} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`);
    return value;
  }

  reject(problem: string): void {
    this.problems.push(problem);
  }

  /** The settings, if nothing was wrong with any of them. Throws `ConfigurationInvalid`. */
  settled<Settings>(settings: Settings): Settings {
    if (this.problems.length > 0) throw new ConfigurationInvalid(this.problems);
    return settings;
  }
}
