import type { ObjectRef } from '#authorization';
import { v1 } from '@authzed/authzed-node';

/** Everybody who holds a permission, as the engine lists them: users, then service accounts. */
export async function lookUpSubjects(client: v1.ZedClientInterface, resource: ObjectRef, permission: string): Promise<ObjectRef[]> {
  const found: ObjectRef[] = [];
  for (const type of ['user', 'service_account']) {
    const subjects = await client.promises.lookupSubjects(
      v1.LookupSubjectsRequest.create({
        consistency: { requirement: { oneofKind: 'fullyConsistent', fullyConsistent: true } },
        resource: { objectType: resource.type, objectId: resource.id },
        permission,
        subjectObjectType: type,
      }),
    );
    found.push(...subjects.map(({ subject }) => ({ type, id: subject?.subjectObjectId ?? '' })));
  }
  return found;
}
