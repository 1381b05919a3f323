import type { WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { WorkspaceNameInvalid, WorkspaceSlugInvalid, WorkspaceTooDeep } from './errors.ts';
import { HIGHEST_WORKSPACE_MAX_DEPTH, TreeLimits } from './tree-limits.ts';
import { workspaceName } from './workspace-name.ts';
import { slugDerivedFrom, WORKSPACE_SLUG_PATTERN, workspaceSlug } from './workspace-slug.ts';

describe('W-1 names of workspaces', () => {
  test('are trimmed and composed', () => {
    expect(workspaceName('  Research ')).toBe('Research');
    expect(workspaceName('Cafe\u0301')).toBe('Caf\u00e9');
    expect(workspaceName('😀'.repeat(255))).toHaveLength(510);
  });

  test.each(['', ' \t ', 'x'.repeat(256), 'a\u0000b', 'a\nb', '\ud800'])('refuse %j', (text) => {
    expect(() => workspaceName(text)).toThrow(WorkspaceNameInvalid);
  });
});

describe('W-1 slugs of workspaces', () => {
  test.each(['ab', '-abc', 'abc-', 'Abc', 'a_c', 'x'.repeat(65), 'ä-b'])('refuse %j', (text) => {
    expect(() => workspaceSlug(text)).toThrow(WorkspaceSlugInvalid);
  });

  test.each(['abc', 'admin', 'x'.repeat(64)])('take %j', (text) => expect(workspaceSlug(text)).toBe(text));

  test.each(['Café Zürich', '😀', '-', 'x'.repeat(255), 'ABC'])('are made from %j, and are slugs', (text) => {
    const id = anId<WorkspaceId>();
    const slug = slugDerivedFrom(workspaceName(text), id);
    expect(slug).toMatch(WORKSPACE_SLUG_PATTERN);
    expect(slug.endsWith(id.slice(-10).toLowerCase())).toBe(true);
  });
});

describe('W-1 the depth of a tree', () => {
  test('has a limit that counts the root', () => {
    const limits = new TreeLimits(3);
    expect(() => limits.mustHold(3)).not.toThrow();
    expect(() => limits.mustHold(4)).toThrow(WorkspaceTooDeep);
    expect(new TreeLimits().maxDepth).toBe(16);
  });

  test.each([0, 1.5, -1, HIGHEST_WORKSPACE_MAX_DEPTH + 1])('cannot be limited to %d', (levels) => {
    expect(() => new TreeLimits(levels)).toThrow(RangeError);
  });
});
