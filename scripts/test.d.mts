export function countsOf(report: unknown): { passed: number; failed: number };
