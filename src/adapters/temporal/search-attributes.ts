import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

const project = defineSearchAttributeKey('PerennialProject', SearchAttributeType.KEYWORD);
const workflow = defineSearchAttributeKey('PerennialWorkflow', SearchAttributeType.KEYWORD);
const kind = defineSearchAttributeKey('PerennialKind', SearchAttributeType.KEYWORD);
const state = defineSearchAttributeKey('PerennialState', SearchAttributeType.KEYWORD);
const needsHuman = defineSearchAttributeKey('PerennialNeedsHuman', SearchAttributeType.BOOL);

/** What a new run is found by in Temporal's Web UI. */
export function graphAttributes({ workflowId, projectId }: { workflowId: string; projectId: string }): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: project, value: projectId },
    { key: workflow, value: workflowId },
    { key: kind, value: 'graph' },
    { key: state, value: 'running' },
    { key: needsHuman, value: false },
  ]);
}
