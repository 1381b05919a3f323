import { pageAnswer } from '../request/answers.ts';
import { WorkspaceAnswer } from '../workspaces/workspace-answers.ts';

export const WorkspacePageAnswer = pageAnswer(WorkspaceAnswer);
