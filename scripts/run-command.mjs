import { spawn } from 'node:child_process';
import { ROOT } from './checkout.mjs';

/** Its output is shown only when it fails: the error carries it. Without `says`, nothing is said however long it takes. */
export async function runCommand(command, args, { env = process.env, says } = {}) {
  const slow = says && setTimeout(() => say(`${says} …`), 1_000);
  try {
    const { code, output } = await outcomeOf(command, args, env);
    if (code !== 0) throw new CommandFailed(`${[command, ...args].join(' ')} failed (exit code ${code}):\n${output.trim()}`);
    return output;
  } finally {
    clearTimeout(slow);
  }
}

/** A message for a person, not for a stack trace. */
export class CommandFailed extends Error {}

/** Progress goes to standard error, so that it never mixes with results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Never rejects: a command that cannot be started counts as failed, with why. */
export function outcomeOf(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
