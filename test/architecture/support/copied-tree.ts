import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');
const parts = [
  'apps',
  'libs',
  'migrations',
  'test/support',
  'package.json',
  'tsconfig.json',
  '.dependency-cruiser.cjs',
  'eslint.config.mjs',
  'scripts/lint',
];

/** A throw-away copy of the sources, for planting violations: the working tree itself is never touched. */
export class CopiedTree {
  private constructor(readonly path: string) {}

  static make(): CopiedTree {
    const path = realpathSync(mkdtempSync(join(tmpdir(), 'tenantry-canaries-')));
    for (const part of parts.filter((name) => existsSync(join(root, name))))
      cpSync(join(root, part), join(path, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
    return new CopiedTree(path);
  }

  plant(file: string, source: string): void {
    const target = join(this.path, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, source);
  }

  /** Runs a tool in the copy and returns what it printed: tools that find something exit with an error, and that is expected here. */
  run(tool: string, args: readonly string[]): string {
    const options = { cwd: this.path, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 } as const;
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], options);
    if (stdout === '') throw new Error(`${tool} printed nothing but: ${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
