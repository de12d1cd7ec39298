import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

/** What lists in Temporal's Web UI are filtered by; registered by `temporal-config/`. */
export const state = defineSearchAttributeKey('PerennialState', SearchAttributeType.KEYWORD);
export const needsHuman = defineSearchAttributeKey('PerennialNeedsHuman', SearchAttributeType.BOOL);

const project = defineSearchAttributeKey('PerennialProject', SearchAttributeType.KEYWORD);
const workflow = defineSearchAttributeKey('PerennialWorkflow', SearchAttributeType.KEYWORD);
const kind = defineSearchAttributeKey('PerennialKind', SearchAttributeType.KEYWORD);

/** Of the workflow that hosts one task. */
export function taskAttributes({ projectId, workflowId }: { projectId: string; workflowId: string }): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: project, value: projectId },
    { key: workflow, value: workflowId },
    { key: kind, value: 'task' },
  ]);
}
