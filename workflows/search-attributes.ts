import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What lists in Temporal's Web UI are filtered by; registered by `temporal-config/`. */
export const state = defineSearchAttributeKey('PerennialState', SearchAttributeType.KEYWORD);
export const needsHuman = defineSearchAttributeKey('PerennialNeedsHuman', SearchAttributeType.BOOL);
