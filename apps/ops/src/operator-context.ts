import { ExecutionContext } from '#kernel';
import { userInfo } from 'node:os';
import { ulid } from 'ulid';

/** Who is at this terminal, as the audit trail names them; one context for each command. */
export function operatorContext(): ExecutionContext {
  return new ExecutionContext({ kind: 'system', id: `operator:${accountName()}` }, ulid());
}

/** In a container the account may have a number and no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
