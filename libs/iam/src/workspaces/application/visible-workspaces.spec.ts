import type { PageOf, WorkspaceId } from '#kernel';
import { describe, expect, it } from 'vitest';
import type { WorkspaceView } from './find-workspace.ts';
import { visibleOf, VisibleWorkspaces } from './visible-workspaces.ts';

const workspace = (id: string) => ({ id }) as WorkspaceView;

class Visible extends VisibleWorkspaces {
  readonly asked: string[] = [];

  constructor(private readonly ids: readonly string[]) {
    super();
  }

  override among(ids: readonly WorkspaceId[]): Promise<readonly boolean[]> {
    this.asked.push(ids.join());
    return Promise.resolve(ids.map((id) => this.ids.includes(id)));
  }
}

const page = (ids: readonly string[], next: string | null): PageOf<WorkspaceView> => ({ rows: ids.map(workspace), next });

describe('W-7 what is shown of a page', () => {
  it('W-7 the denied are dropped, in one question, and the cursor stays', async () => {
    const visible = new Visible(['a', 'c']);
    expect(await visibleOf(page(['a', 'b', 'c'], 'c'), visible)).toEqual(page(['a', 'c'], 'c'));
    expect(visible.asked).toEqual(['a,b,c']);
  });

  it('W-7 a page of which nothing is left goes on all the same', async () => {
    expect(await visibleOf(page(['a', 'b'], 'b'), new Visible([]))).toEqual(page([], 'b'));
  });

  it('W-7 an empty page is asked about as well: the list itself may be refused', async () => {
    const visible = new Visible([]);
    expect(await visibleOf(page([], null), visible)).toEqual(page([], null));
    expect(visible.asked).toEqual(['']);
  });
});
