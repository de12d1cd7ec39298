import type { Measure, Row } from '../measure.js';
import { memoryOf, untilIdle } from '../studio/memory.js';

/** What the studio holds when nothing runs: freshly started, and after all that was measured before. */
export const idleMemory: Measure = {
  name: 'idle-memory',
  what: 'memory of all parts when idle (PSS)',
  async run({ studio, say }): Promise<Row[]> {
    say('memory after the runs');
    await untilIdle(studio);
    const used = memoryOf(studio);
    say('memory after a start');
    await studio.stop();
    await studio.start();
    await untilIdle(studio);
    const fresh = memoryOf(studio);
    const goal = { median: 600 };
    return [
      { title: 'memory of all parts, idle after a start', unit: 'MB', goal, samples: [sum(fresh)], parts: fresh },
      { title: 'memory of all parts, idle after the runs', unit: 'MB', goal, samples: [sum(used)], parts: used },
    ];
  },
};

const sum = (parts: Record<string, number>): number => Object.values(parts).reduce((total, part) => total + part, 0);
