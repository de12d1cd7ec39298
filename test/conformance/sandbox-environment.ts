import { expect, test } from '@jest/globals';
import { exited } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

const KEPT = ['HOME', 'LANG', 'PATH', 'PERENNIAL_RUN', 'SHELL', 'TMPDIR', 'USER'];
/** What a shell adds by itself. */
const OF_THE_SHELL = ['PWD', 'OLDPWD', 'SHLVL', '_'];

export function environmentTests(bench: BenchOf): void {
  test('nothing of our environment gets in', async () => {
    process.env.PERENNIAL_CANARY = 'canary';
    const { text } = await bench().run('env', { env: { GIVEN: 'yes' } });
    delete process.env.PERENNIAL_CANARY;
    const names = text
      .split('\n')
      .flatMap((line) => line.split('=', 1))
      .filter((name) => name && !OF_THE_SHELL.includes(name));
    expect(names.sort()).toEqual(['GIVEN', ...KEPT].sort());
  });

  test('what the task gives gets in as it is, be it long, quoted or empty', async () => {
    const env = { QUOTES: `it's "quoted" $HOME \`x\`\nand more`, LONG: 'x'.repeat(100_000), EMPTY: '' };
    const { text } = await bench().run(`node -e 'console.log(JSON.stringify(process.env))'`, { env });
    expect(JSON.parse(text)).toMatchObject(env);
  });

  test('a thousand variables get in', async () => {
    const env = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`VARIABLE_${n}`, `${n}`.repeat(50)]));
    expect((await bench().run('env | grep -c ^VARIABLE_', { env })).text).toBe('1000\n');
  });

  test('a task cannot change the mark', async () => {
    const { text } = await bench().run('echo $PERENNIAL_RUN', { mark: 'wf.task.1.2', env: { PERENNIAL_RUN: 'another' } });
    expect(text).toBe('wf.task.1.2\n');
  });

  test('what a task gives does not reach the programs of the sandbox itself', async () => {
    const { end } = await bench().run('unset LD_PRELOAD; echo > preloaded', {
      env: { LD_PRELOAD: '/nonexistent.so', PATH: '/usr/bin:/bin' },
    });
    expect(end).toEqual(exited(0));
  });

  test('home and temporary folder are empty, writable, and gone with the command', async () => {
    const use = 'ls -A "$HOME" "$TMPDIR" | grep -v -e : -e perennial-; echo x > "$HOME/x" && echo x > "$TMPDIR/x"';
    for (const _ of [1, 2]) {
      const { end, text } = await bench().run(use);
      expect({ end, text: text.trim() }).toEqual({ end: exited(0), text: '' });
    }
  });

  test('quotes in a command mean what they mean to a shell', async () => {
    expect((await bench().run(`printf '%s|' "a  b" 'c"d' e\\'f $((1 + 1))`)).text).toBe(`a  b|c"d|e'f|2|`);
  });

  test('the Node that runs us, its npx, git and a shell are there', async () => {
    const { end, text } = await bench().run('node --version && npx --version >/dev/null && git --version >/dev/null && sh -c true');
    expect({ end, text }).toEqual({ end: exited(0), text: `${process.version}\n` });
  });
}
