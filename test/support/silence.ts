import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Keeps the SDK's own progress out of the test report; its errors stay. Once a test file. */
export function silence(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}
