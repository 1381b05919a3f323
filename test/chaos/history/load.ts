import { rest } from '../../support/rest.ts';
import { anyCommand, learn } from './commands.ts';
import type { Dice } from './dice.ts';
import { succeeded, type Requests } from './requests.ts';
import type { Scenery } from './scenery.ts';

const callers = 10;
const probers = 2;
const probeGapMs = 40;

/** Commands at a pace, and people who keep looking whether they are let in, until the moment has come. */
export async function underRandomLoad(
  dice: Dice,
  scenery: Scenery,
  { commands, probes }: { readonly commands: Requests; readonly probes: Requests },
  { commandsPerSecond, until }: { readonly commandsPerSecond: number; readonly until: number },
): Promise<void> {
  const slotMs = (1_000 * callers) / commandsPerSecond;
  const calling = Array.from({ length: callers }, async () => {
    const own = dice.another();
    await rest(own.between(0, Math.floor(slotMs)));
    while (Date.now() < until) {
      const slot = Date.now() + slotMs;
      const { ask, place } = anyCommand(own, scenery);
      const asked = await commands.send(ask);
      if (succeeded(asked)) learn(place, asked);
      await rest(Math.max(asked.status === null ? 50 : 0, slot - Date.now()));
    }
  });
  const probing = Array.from({ length: probers }, async () => {
    const own = dice.another();
    while (Date.now() < until) {
      const [place, person] = [own.pick(scenery.places), own.pick(scenery.people)];
      const workspace = own.pick([place.root, ...place.workspaces]);
      await probes.send({ kind: person.id, caller: person, method: 'GET', path: `/v1/tenants/${place.id}/workspaces/${workspace}` });
      await rest(probeGapMs);
    }
  });
  await Promise.all([...calling, ...probing]);
}
