export * from './testing/probe-server.ts';
