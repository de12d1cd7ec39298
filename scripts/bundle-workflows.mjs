import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ROOT } from './checkout.mjs';

/** Ahead of time, because a worker that bundles when it starts is ready seconds later. */
const { code } = await bundleWorkflowCode({ workflowsPath: join(ROOT, 'dist', 'workflows', 'index.js') });
const bundle = join(ROOT, 'dist', 'workflow-bundle.js');
writeFileSync(`${bundle}.new`, code);
renameSync(`${bundle}.new`, bundle);
