import type { Measure, Row } from '../measure.js';

const SAMPLES = 5;

/** What a person waits for on an installed checkout whose home has data: `npm start` to the ready line. */
export const secondStart: Measure = {
  name: 'second-start',
  what: 'npm start of an installed checkout → ready',
  async run({ studio, bare, say, samples }): Promise<Row[]> {
    const count = samples(SAMPLES);
    const seconds: number[] = [];
    await bare.close();
    for (let n = 1; n <= count; n++) {
      say(`start ${n} of ${count}`);
      await studio.stop();
      seconds.push((await studio.start(['npm', 'start'])) / 1_000);
    }
    await studio.stop();
    await studio.start();
    await bare.start(studio.temporalAddress, studio.home);
    return [{ title: 'second `npm start` → ready', unit: 's', goal: { median: 6 }, samples: seconds }];
  },
};
