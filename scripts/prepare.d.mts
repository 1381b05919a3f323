export function isInstallNeeded(root?: string): boolean;
export function chooseNode(root?: string, version?: string): string | undefined;
export function prepare(): Promise<string>;
export function runForeground(node: string, args: readonly string[], env?: NodeJS.ProcessEnv): void;
