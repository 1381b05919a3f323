import { v1 } from '@authzed/authzed-node';
import { setTimeout as pause } from 'node:timers/promises';
import { UnexpectedAnswer } from './api-user.ts';

/** How long a change may take to show when the API said that it is still on its way. */
const PENDING_LIMIT_MS = 10_000;

/** Asks SpiceDB itself, as a sibling service would: nothing of Tenantry is between the question and the answer. */
export class GraphQuestioner {
  readonly #client: v1.ZedClientInterface;

  constructor(
    spicedb: { readonly endpoint: string; readonly token: string },
    private readonly print: (line: string) => void,
  ) {
    this.#client = v1.NewClient(spicedb.token, spicedb.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
  }

  async expect(question: { tenant: string; permission: string; user: string; answer: boolean; pending?: boolean }): Promise<void> {
    const { tenant, permission, user, answer } = question;
    const deadline = Date.now() + (question.pending ? PENDING_LIMIT_MS : 0);
    let given = await this.#ask(tenant, permission, user);
    while (given !== answer && Date.now() < deadline) {
      await pause(50);
      given = await this.#ask(tenant, permission, user);
    }
    this.print(`  SpiceDB  tenant:${tenant}#${permission}@user:${user}  →  ${given}`);
    if (given !== answer) throw new UnexpectedAnswer(`SpiceDB answered ${given}, not ${answer}.`);
  }

  close(): void {
    this.#client.close();
  }

  async #ask(tenant: string, permission: string, user: string): Promise<boolean> {
    const { permissionship } = await this.#client.promises.checkPermission(
      v1.CheckPermissionRequest.create({
        consistency: { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } },
        resource: { objectType: 'tenant', objectId: tenant },
        permission,
        subject: { object: { objectType: 'user', objectId: user } },
      }),
    );
    return permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
  }
}
