import { readGraphSchema, type CheckRequest } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { edge, question } from '#authorization/testing';
import { v1 } from '@authzed/authzed-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestGraph, type TestGraph } from '../../support/test-graph.ts';

/**
 * What a check costs is how many sub-problems it leads to: each is one relation or permission of one object, and one or two
 * SQL statements where nothing is cached. The numbers are the debug trace's of SpiceDB 1.54. They may fall; when one rises, every
 * check of every sibling service just got dearer.
 *
 * `direct` holds viewer where the check ends, `group` through a group there, `operator` and `admin` only their tenant role; `member` is in
 * the tenant with no role below it, `outsider` is not.
 */
const tree = [
  'tenant:t#platform@platform:main',
  'platform:main#administrator@user:platform_admin',
  ...['direct', 'group', 'operator', 'admin', 'member', 'sharer'].map((user) => `tenant:t#member@user:${user}`),
  ...['operator', 'admin'].map((user) => `tenant:t#operator@user:${user}`),
  'tenant:t#admin@user:admin',
  ...['root', 'one', 'two', 'three'].map((workspace) => `workspace:${workspace}#tenant@tenant:t`),
  'workspace:one#inherits@workspace:root',
  'workspace:two#inherits@workspace:one',
  'workspace:three#inherits@workspace:two',
  'workspace:root#viewer@user:direct',
  'workspace:root#viewer@group:g#member',
  'group:g#tenant@tenant:t',
  'group:g#member@user:group',
  'resource:doc/1#tenant@tenant:t',
  'resource:doc/1#workspace@workspace:root',
  'resource:doc/1#viewer@user:sharer',
  'resource:doc/3#tenant@tenant:t',
  'resource:doc/3#workspace@workspace:three',
];

/** [check, answer, sub-problems at most] */
const pins: readonly (readonly [check: string, allowed: boolean, subProblems: number])[] = [
  ['tenant:t#access@user:direct', true, 3],
  ['tenant:t#access@user:outsider', false, 3],
  ['tenant:t#view@user:direct', true, 5],
  ['tenant:t#view@user:admin', true, 5],
  ['tenant:t#view@user:platform_admin', true, 4],
  ['tenant:t#view@user:outsider', false, 5],
  ['tenant:t#administrate@user:admin', true, 3],
  ['tenant:t#administrate@user:operator', false, 3],
  ['tenant:t#administrate@user:outsider', false, 3],
  ['tenant:t#operate@user:operator', true, 3],
  ['tenant:t#govern@user:platform_admin', true, 2],
  ['workspace:root#view@user:direct', true, 9],
  ['workspace:root#view@user:group', true, 10],
  ['workspace:root#view@user:operator', true, 10],
  ['workspace:root#view@user:admin', true, 10],
  ['workspace:root#view@user:member', false, 10],
  ['workspace:root#view@user:outsider', false, 10],
  ['workspace:one#view@user:direct', true, 11],
  ['workspace:one#view@user:operator', true, 12],
  ['workspace:one#view@user:admin', true, 12],
  ['workspace:one#view@user:member', false, 12],
  ['workspace:one#view@user:outsider', false, 12],
  ['workspace:three#view@user:direct', true, 15],
  ['workspace:three#view@user:group', true, 16],
  ['workspace:three#view@user:operator', true, 16],
  ['workspace:three#view@user:admin', true, 16],
  ['workspace:three#view@user:member', false, 16],
  ['workspace:three#view@user:outsider', false, 16],
  ['resource:doc/1#view@user:direct', true, 8],
  ['resource:doc/1#view@user:sharer', true, 9],
  ['resource:doc/1#view@user:outsider', false, 9],
  ['resource:doc/3#view@user:direct', true, 14],
  ['resource:doc/3#view@user:admin', false, 15],
  ['resource:doc/3#view@user:member', false, 15],
  ['resource:doc/3#view@user:outsider', false, 15],
  ['projection_epoch:E1#current@projection_probe:probe', false, 1],
];

/** A union that has its yes leaves the rest unasked. */
const foundEarly: ReadonlySet<string> = new Set(['tenant:t#view@user:platform_admin']);

const runs = 25;

describe('Z-1 the cost of a check', () => {
  let engine: TestGraph;
  let connection: SpiceDbConnection;
  let client: v1.ZedClientInterface;

  beforeAll(async () => {
    engine = await createTestGraph();
    connection = connectSpiceDb({ ...engine, insecure: true });
    client = v1.NewClient(engine.token, engine.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
    await connection.schema.write(readGraphSchema());
    await hold(...tree);
  });
  afterAll(async () => {
    connection.close();
    client.close();
    await engine.stop();
  });

  const hold = (...edges: readonly string[]) =>
    connection.provider.write(edges.map((text) => ({ operation: 'touch', relationship: edge(text) })));

  /** Answered branches cancel their siblings, so one check's count varies a little between runs; a new revision empties the cache. */
  async function countsOf(request: CheckRequest): Promise<{ allowed: boolean; counts: number[] }> {
    const counts: number[] = [];
    let allowed = false;
    for (let run = 0; run < runs; run += 1) {
      await hold(`tenant:other#member@user:run${run % 2}`);
      const answer = await client.promises.checkPermission(traced(request));
      allowed = answer.permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
      counts.push(subProblems(answer.debugTrace?.check));
    }
    return { allowed, counts };
  }

  it.each(pins)('%s (%s) leads to %i sub-problems at most', async (check, expected, atMost) => {
    const { allowed, counts } = await countsOf(question(check));
    expect(allowed).toBe(expected);
    expect(Math.max(...counts)).toBeLessThanOrEqual(atMost);
    // A yes through an intersection asks everything, nearly every time: there the pin is exact.
    if (expected && !foundEarly.has(check)) expect(Math.max(...counts)).toBe(atMost);
  });

  it('W-1 a tree 40 levels deep stays within the depth the engine allows, through a group and a share', async () => {
    const deepest = 40;
    for (let level = 1; level <= deepest; level += 1) {
      const parent = level === 1 ? 'root' : `level${level - 1}`;
      await hold(`workspace:level${level}#tenant@tenant:t`, `workspace:level${level}#inherits@workspace:${parent}`);
    }
    await hold(
      'resource:doc/deep#tenant@tenant:t',
      'resource:doc/deep#workspace@workspace:root',
      `resource:doc/deep#viewer@workspace:level${deepest}#view`,
    );
    const asked = [
      `workspace:level${deepest}#view@user:group`,
      'resource:doc/deep#view@user:group',
      `workspace:level${deepest}#view@user:member`,
    ];
    const { allowed } = await connection.provider.checkBulk(asked.map(question), { kind: 'fully_consistent' });
    expect(allowed).toEqual([true, true, false]);
  });
});

function traced({ resource, permission, subject }: CheckRequest): v1.CheckPermissionRequest {
  return v1.CheckPermissionRequest.create({
    consistency: { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } },
    resource: { objectType: resource.type, objectId: resource.id },
    permission,
    subject: { object: { objectType: subject.type, objectId: subject.id } },
    withTracing: true,
  });
}

type Trace = NonNullable<v1.CheckPermissionResponse['debugTrace']>['check'];

function subProblems(trace: Trace): number {
  if (trace === undefined) return 0;
  const below = trace.resolution.oneofKind === 'subProblems' ? trace.resolution.subProblems.traces : [];
  return 1 + below.reduce((sum, part) => sum + subProblems(part), 0);
}
