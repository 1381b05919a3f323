import { choosePort } from '../free-port.ts';
import type { Ports, StackFolder } from './stack-folder.ts';

/** What a person expects where. */
export const USUAL_PORTS = { api: 3000, worker: 3001, issuer: 3002, spicedb: 50051, postgres: 5432 } as const satisfies Ports;

export type StackPorts = Readonly<Record<keyof typeof USUAL_PORTS, number>>;

/** For each part the port of the last start, else the usual one, else any that is free; PORT and WORKER_PORT come first. */
export async function choosePorts(folder: StackFolder, env: Readonly<Record<string, string | undefined>>): Promise<StackPorts> {
  const wanted = { ...USUAL_PORTS, ...(await folder.ports()), ...fixedBy(env) };
  const chosen: Partial<Record<keyof StackPorts, number>> = {};
  const taken = new Set<number>();
  for (const part of Object.keys(USUAL_PORTS) as (keyof StackPorts)[]) {
    const port = await choosePort(wanted[part], taken);
    chosen[part] = port;
    taken.add(port);
  }
  const ports = chosen as StackPorts;
  await folder.rememberPorts(ports);
  return ports;
}

function fixedBy(env: Readonly<Record<string, string | undefined>>): Ports {
  return { ...portIn(env, 'PORT', 'api'), ...portIn(env, 'WORKER_PORT', 'worker') };
}

function portIn(env: Readonly<Record<string, string | undefined>>, variable: string, part: keyof StackPorts): Ports {
  const text = env[variable];
  if (text === undefined || text === '') return {};
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`${variable} must be a port, 1 to 65535; it is ${JSON.stringify(text)}.`);
  return { [part]: port };
}
