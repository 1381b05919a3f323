export function isBuildStale(root?: string): boolean;
export function buildIfStale(options?: { node?: string }): Promise<{ ok: boolean; output: string }>;
