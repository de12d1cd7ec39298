import type { Config } from '../config.js';
import { createContext } from '../context.js';
import type { PartDeath } from './part-plan.js';
import type { Servers } from './role-part.js';

/**
 * Gives out again what a dead worker held, while the next one is being started. That one does the same when it starts, so a failure here
 * costs time, not work.
 */
export async function handOver(
  config: Config,
  { name }: PartDeath,
  servers: Servers | undefined,
  say: (line: string) => void,
): Promise<void> {
  if (name !== 'worker' || !servers) return;
  const { databaseUrl, temporalAddress } = servers;
  const target: Config = { ...config, databaseUrl, temporal: { ...config.temporal, address: temporalAddress } };
  try {
    const context = await createContext(target, { identity: `supervisor:${config.hostId}:${process.pid}`, poolSize: 1 });
    try {
      await context.recovery.handOverDeadWorkers();
    } finally {
      await context.close();
    }
  } catch (error) {
    say(`What the dead worker held is left to its successor: ${(error as Error).message}`);
  }
}
