import type { StdioOptions } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';

type Stdio = Exclude<StdioOptions, string>[number];

/**
 * Whoever started us may have left us open files, and children inherit them: through a folder among them a command would leave its sandbox.
 * Node closes its own at an exec and has no way to close others, so each of them is covered by /dev/null.
 */
export class InheritedDescriptors {
  private readonly inherited = listInherited();
  private readonly nothing = this.inherited.length > 0 ? openSync('/dev/null', 'r') : undefined;

  /** The same descriptors for a child, and nothing at those that it would inherit besides. */
  cover(stdio: readonly Stdio[]): Stdio[] {
    const covered = [...stdio];
    for (const descriptor of this.inherited.filter((descriptor) => descriptor >= stdio.length)) {
      while (covered.length < descriptor) covered.push('ignore');
      covered[descriptor] = this.nothing;
    }
    return covered;
  }
}

const O_CLOEXEC = 0o2000000;

/** Ascending. */
function listInherited(): number[] {
  const descriptors = readdirSync('/proc/self/fd').map(Number);
  return descriptors.filter((descriptor) => descriptor > 2 && isInheritable(descriptor)).sort((a, b) => a - b);
}

/** False for one that is closed by now, such as that of the listing itself. */
function isInheritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? '';
    return (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
