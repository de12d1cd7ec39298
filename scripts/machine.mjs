import { CommandFailed, outcomeOf } from './run-command.mjs';

/** `major.minor` at least. Node 20.19 has what the sources use; git 2.38 has `merge-tree --write-tree`. */
const NODE = [20, 19];
const GIT = [2, 38];

/** Throws, saying what is needed, when the machine lacks it. */
export async function assertMachineFits() {
  if (process.platform !== 'linux') throw new CommandFailed(`Perennial runs on Linux; this is ${process.platform}.`);
  if (!isAtLeast(process.versions.node, NODE)) {
    throw new CommandFailed(`Perennial needs Node ${NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`);
  }
  await assertGit();
}

async function assertGit() {
  const { code, output } = await outcomeOf('git', ['--version']);
  const version = /(\d+\.\d+)/.exec(output)?.[1];
  if (code !== 0 || !version) throw new CommandFailed(`Perennial needs git ${GIT.join('.')} or newer; none was found on PATH.`);
  if (!isAtLeast(version, GIT)) throw new CommandFailed(`Perennial needs git ${GIT.join('.')} or newer; the one on PATH is ${version}.`);
}

function isAtLeast(version, [major, minor]) {
  const [ours, theirs] = version.split('.').map(Number);
  return ours > major || (ours === major && theirs >= minor);
}
