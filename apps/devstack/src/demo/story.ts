import type { Answer, ApiUser } from './api-user.ts';
import type { GraphQuestioner } from './graph-question.ts';

export interface Cast {
  /** Administers the platform, and makes the tenant. */
  readonly administrator: ApiUser;
  readonly somebody: ApiUser;
  readonly graph: GraphQuestioner;
  readonly print: (line: string) => void;
}

const isPending = ({ headers }: Answer): boolean => headers.get('tenantry-projection') === 'pending';

/** The main job: what is done over REST is what SpiceDB answers. Throws `UnexpectedAnswer` at the first that is not so. */
export class Story {
  #tenant = '';
  #user = '';

  constructor(
    private readonly cast: Cast,
    private readonly tenantName: string,
  ) {}

  async play(): Promise<void> {
    await this.#meet();
    await this.#createTenant();
    await this.#chapter('Add a member: SpiceDB lets them in.', () => this.#add(), true);
    await this.#chapter('Remove the member: SpiceDB shuts them out.', () => this.#remove(), false);
    await this.#chapter('Add them again.', () => this.#add(), true);
    await this.#chapter('Suspend the tenant: nobody has access, with one relationship.', () => this.#govern('suspend'), false);
    await this.#chapter('Restore it: all access is back.', () => this.#govern('restore'), true);
  }

  async #meet(): Promise<void> {
    const { administrator, somebody, print } = this.cast;
    print('Two people, known from their first request.');
    await administrator.send({ method: 'GET', path: '/v1/me', status: 200 });
    this.#user = String((await somebody.send({ method: 'GET', path: '/v1/me', status: 200 })).body.id);
  }

  async #createTenant(): Promise<void> {
    const { administrator, graph, print } = this.cast;
    print('\nCreate a tenant.');
    const created = await administrator.send({ method: 'POST', path: '/v1/tenants', body: { name: this.tenantName }, status: 201 });
    this.#tenant = String(created.body.id);
    await graph.expect({ tenant: this.#tenant, permission: 'access', user: this.#user, answer: false, pending: isPending(created) });
  }

  async #chapter(title: string, act: () => Promise<Answer>, expected: boolean): Promise<void> {
    this.cast.print(`\n${title}`);
    const pending = isPending(await act());
    for (const permission of ['access', 'view']) {
      await this.cast.graph.expect({ tenant: this.#tenant, permission, user: this.#user, answer: expected, pending });
    }
  }

  #add(): Promise<Answer> {
    const body = { user_id: this.#user, role: 'member' };
    return this.cast.administrator.send({ method: 'POST', path: `/v1/tenants/${this.#tenant}/members`, body, status: 201 });
  }

  async #remove(): Promise<Answer> {
    const path = `/v1/tenants/${this.#tenant}/members/${this.#user}`;
    const { headers } = await this.cast.administrator.send({ method: 'GET', path, status: 200 });
    return this.cast.administrator.send({ method: 'DELETE', path, ifMatch: headers.get('etag') ?? '', status: 204 });
  }

  #govern(verb: 'suspend' | 'restore'): Promise<Answer> {
    return this.cast.administrator.send({ method: 'POST', path: `/v1/tenants/${this.#tenant}/${verb}`, status: 200 });
  }
}
