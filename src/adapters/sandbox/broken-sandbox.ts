import { PerennialError } from '../../domain/errors.js';

/** A sandbox did not get a command going; `said` is what its program wrote. */
export function brokenSandbox(name: string, said: string): PerennialError {
  return new PerennialError(
    'sandbox-broken',
    'unavailable',
    `${name} could not start a command: ${said.trim() || 'it ended without a word'}`,
    { name },
  );
}
