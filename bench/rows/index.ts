import { callSizes } from './call-sizes.ts';
import { commitToVisible } from './commit-to-visible.ts';
import { createWorkspace } from './create-workspace.ts';
import { drain, drainMixed } from './drain.ts';
import { growth } from './growth.ts';
import { guardedRead } from './guarded-read.ts';
import { readBesideCreates } from './read-beside-creates.ts';
import { rebuild } from './rebuild.ts';
import type { Row } from './row.ts';
import { workspaceList } from './workspace-list.ts';
import { workspacePage } from './workspace-page.ts';
import { writePath } from './write-path.ts';

export const rows: readonly Row[] = [
  guardedRead,
  drain,
  drainMixed,
  commitToVisible,
  createWorkspace,
  writePath,
  workspaceList,
  workspacePage,
  growth,
  rebuild,
  readBesideCreates,
  callSizes,
];
