export * from './aggregate-root.ts';
export * from './clock.ts';
export * from './domain-error.ts';
export * from './domain-event.ts';
export * from './execution-context.ts';
export * from './ids.ts';
export * from './unit-of-work.ts';
export * from './version-mismatch.ts';
