/** Lets everything go on that can until the condition holds; refuses when it does not within many turns. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (condition()) return;
    await new Promise(setImmediate);
  }
  throw new Error('the condition that is waited for never came true');
}
