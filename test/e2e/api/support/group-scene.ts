import type { Answer, ApiClient } from './api-client.ts';
import { ApiStack } from './api-stack.ts';
import { idOf, join, makeWorld, type World } from './world.ts';

export interface MadeGroup {
  readonly id: string;
  readonly path: string;
  readonly name: string;
}

/** The world, in whose tenant Acme Alice makes groups with Cleo as an admin and Dan as a member. */
export class GroupScene {
  private made = 0;

  private constructor(
    readonly stack: ApiStack,
    readonly world: World,
    readonly cleo: ApiClient,
    readonly dan: ApiClient,
    readonly ids: { readonly cleo: string; readonly dan: string },
  ) {}

  static async set(): Promise<GroupScene> {
    const stack = await ApiStack.start();
    const world = await makeWorld(stack);
    const [cleo, dan] = [await stack.as('cleo'), await stack.as('dan')];
    const ids = { cleo: await idOf(cleo), dan: await idOf(dan) };
    for (const userId of Object.values(ids)) await join(world.acme, userId, 'member');
    return new GroupScene(stack, world, cleo, dan, ids);
  }

  get alice(): ApiClient {
    return this.world.acme.admin;
  }

  get groups(): string {
    return `/v1/tenants/${this.world.acme.id}/groups`;
  }

  /** Alice stays its admin too. */
  async group(): Promise<MadeGroup> {
    const name = `Group ${(this.made += 1)}`;
    const { body } = await this.alice.post(this.groups, { name });
    const path = `${this.groups}/${body.id}`;
    await this.alice.post(`${path}/members`, { user_id: this.ids.cleo, role: 'admin' });
    await this.alice.post(`${path}/members`, { user_id: this.ids.dan, role: 'member' });
    return { id: body.id as string, path, name };
  }
}

/** Status and code. */
export const said = ({ status, body }: Answer): [number, string | undefined] => [status, body?.code];

export const pointersOf = ({ body }: Answer): string[] =>
  ((body.errors ?? []) as { pointer: string }[]).map(({ pointer }) => pointer).sort();

export const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
