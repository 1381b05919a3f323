import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anyFreePort } from '../free-port.ts';
import { StackAlreadyRunning, StackFolder, type StackFile } from './stack-folder.ts';
import { choosePorts, USUAL_PORTS } from './stack-ports.ts';

describe('the folder of a local stack', () => {
  let path: string;
  let folder: StackFolder;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'tenantry-folder-'));
    folder = await StackFolder.open(path);
  });

  afterEach(() => rm(path, { recursive: true }));

  it('makes its secrets once, random, and for the owner’s eyes only', async () => {
    const secrets = await folder.secrets();
    expect(await folder.secrets()).toEqual(secrets);
    expect(secrets.postgresPassword).toMatch(/^[\w-]{32}$/);
    expect(secrets.spicedbToken).not.toBe(secrets.postgresPassword);
    expect((await stat(join(path, 'secrets.json'))).mode & 0o077).toBe(0);
  });

  it('refuses a second stack over the same data, and names the first', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    await writeFile(join(path, 'stack.pid'), String(other.pid));
    await folder.announce({ api: 'http://127.0.0.1:3000' } as StackFile);
    await expect(folder.claim()).rejects.toThrow(StackAlreadyRunning);
    await expect(folder.claim()).rejects.toThrow(/http:\/\/127\.0\.0\.1:3000/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await expect(folder.claim()).resolves.toBeUndefined();
  });

  it.each(['', 'garbage', '999999999'])('takes over what a killed stack left behind: %j', async (left) => {
    await writeFile(join(path, 'stack.pid'), left);
    await expect(folder.claim()).resolves.toBeUndefined();
  });

  it('forgets the running stack, and nothing else, when it is released', async () => {
    await folder.claim();
    await folder.announce({ api: 'x' } as StackFile);
    const secrets = await folder.secrets();
    await folder.release();
    expect(await folder.runningStack()).toBeUndefined();
    expect(await folder.secrets()).toEqual(secrets);
  });

  it('keeps the ports of the last start, whatever they were', async () => {
    const first = await choosePorts(folder, { PORT: String(await anyFreePort()) });
    expect(new Set(Object.values(first)).size).toBe(Object.keys(USUAL_PORTS).length);
    expect(await choosePorts(folder, {})).toEqual(first);
  });

  it.each(['0', '70000', 'http'])('says what is wrong with PORT=%s', async (port) => {
    await expect(choosePorts(folder, { PORT: port })).rejects.toThrow(/PORT must be a port/);
  });
});
