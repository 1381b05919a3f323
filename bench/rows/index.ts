import { commitToVisible } from './commit-to-visible.ts';
import { createWorkspace } from './create-workspace.ts';
import { drain, drainMixed } from './drain.ts';
import { guardedRead } from './guarded-read.ts';
import type { Row } from './row.ts';
import { workspaceList } from './workspace-list.ts';
import { writePath } from './write-path.ts';

export const rows: readonly Row[] = [guardedRead, drain, drainMixed, commitToVisible, createWorkspace, writePath, workspaceList];
