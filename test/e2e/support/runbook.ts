import { readFileSync } from 'node:fs';
import { runProgram } from '../../support/child-process.ts';

interface Step {
  readonly command: string;
  /** As the sentence below the command says it: "exits with 1". */
  readonly exits: number;
  /** Lines that must be printed; `…` is anything, `<name>` what was said before under this name, or is learnt here. */
  readonly prints: readonly string[];
}

interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

const block = /```(sh|text)\n([^]*?)```/g;

function stepsOf(text: string): Step[] {
  const parts = [...text.matchAll(block)].map((match) => ({
    kind: match[1],
    body: (match[2] ?? '').trimEnd(),
    at: match.index,
    end: match.index + match[0].length,
  }));
  return parts.flatMap(({ kind, body, end }, nth) => {
    if (kind !== 'sh') return [];
    const next = parts[nth + 1];
    const shown = next?.kind === 'text' ? next : undefined;
    const said = text.slice(end, shown?.at ?? next?.at ?? text.length);
    return [{ command: body, exits: Number(/exits with (\d)/.exec(said)?.[1] ?? 0), prints: shown?.body.split('\n') ?? [] }];
  });
}

/** Words of a command line, with `"two words"` as one. */
const wordsOf = (command: string) => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A page of docs/runbooks, played as it is written. */
export class Runbook {
  readonly text: string;
  private readonly sections: readonly Section[];
  private readonly values = new Map<string, string>();
  private readonly played = new Set<string>();

  constructor(
    readonly name: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.text = readFileSync(`docs/runbooks/${name}.md`, 'utf8');
    const [, ...sections] = this.text.split(/^## /m);
    this.sections = sections.map((section) => ({ title: section.slice(0, section.indexOf('\n')), steps: stepsOf(section) }));
  }

  /** What a name in angle brackets stands for. */
  knows(name: string, value: string): this {
    this.values.set(name, value);
    return this;
  }

  value(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) throw new Error(`${this.name}: nothing printed <${name}> yet`);
    return value;
  }

  /** Runs the commands of the section whose title begins so; throws when one does not do what the page says. */
  async play(title: string): Promise<void> {
    const section = this.sections.find((each) => each.title.startsWith(title));
    if (section === undefined) throw new Error(`${this.name} has no section "${title}"`);
    this.played.add(section.title);
    for (const step of section.steps) await this.run(step);
  }

  /** Sections with commands that nobody played. */
  get unplayed(): readonly string[] {
    return this.sections.filter(({ title, steps }) => steps.length > 0 && !this.played.has(title)).map(({ title }) => title);
  }

  private async run({ command, exits, prints }: Step): Promise<void> {
    const [program, ...args] = wordsOf(command.replace(/<(\w+)>/g, (_, name: string) => this.value(name)));
    if (program !== 'ops') throw new Error(`${this.name}: not a command of the operator: ${command}`);
    const { code, output } = await runProgram({ program: 'apps/ops/src/main.js', args, env: this.env });
    if (code !== exits) throw new Error(`${this.name}: "${command}" exited with ${code}, not ${exits}:\n${output}`);
    for (const line of prints) this.find(line, output, command);
  }

  private find(line: string, output: string, command: string): void {
    const learnt: string[] = [];
    const pattern = line
      .trim()
      .split(/(…|<\w+>)/)
      .map((part) => {
        if (part === '…') return '.*';
        const name = /^<(\w+)>$/.exec(part)?.[1];
        if (name === undefined) return escaped(part).replace(/ +/g, ' +');
        const known = this.values.get(name);
        if (known !== undefined) return escaped(known);
        learnt.push(name);
        return '(\\S+)';
      });
    const match = new RegExp(pattern.join('')).exec(output);
    if (match === null) throw new Error(`${this.name}: "${command}" did not print "${line}":\n${output}`);
    learnt.forEach((name, nth) => this.values.set(name, match[nth + 1] ?? ''));
  }
}
