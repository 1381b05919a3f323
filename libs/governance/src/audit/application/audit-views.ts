import type { Actor, PageOf, PageRequest, TenantId, WorkspaceId } from '#kernel';

export interface AuditEntryView {
  readonly id: string;
  readonly tenant_id: TenantId | null;
  readonly workspace_id: WorkspaceId | null;
  readonly actor: Actor;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly request_id: string;
  readonly occurred_at: string;
}

export interface AuditFilter {
  /** The action, or what it begins with: whole words, such as `operation` for `operation.requested`. */
  readonly action?: string;
  readonly targetType?: string;
  readonly targetId?: string;
}

/** Read straight from the table; each is one statement. */
export abstract class AuditViews {
  /** Of the platform and of every tenant, newest first. */
  abstract entries(page: PageRequest & AuditFilter): Promise<PageOf<AuditEntryView>>;
}
