import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { anyFreePort, choosePort, isFree } from './free-port.ts';

let server: Server | undefined;

const occupy = async (): Promise<number> => {
  const port = await anyFreePort();
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  return port;
};

afterEach(() => {
  server?.close();
  server = undefined;
});

test('the usual port is taken when it is free', async () => {
  const usual = await anyFreePort();
  expect(await choosePort(usual)).toBe(usual);
});

test('another one is taken when something listens on the usual', async () => {
  const usual = await occupy();
  expect(await isFree(usual)).toBe(false);
  const other = await choosePort(usual);
  expect(other).not.toBe(usual);
  expect(await isFree(other)).toBe(true);
});

test('a port promised to somebody else is not given twice', async () => {
  const usual = await anyFreePort();
  expect(await choosePort(usual, new Set([usual]))).not.toBe(usual);
});
