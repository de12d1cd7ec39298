/**
 * Namespaces for users and processes around all else of a sandbox: when the first process in it dies, the kernel ends every other one. `unshare`
 * ends that one with itself, and `setpriv` ends `unshare` with us, so that nothing outlives us at whatever moment we are killed. bubblewrap's own
 * `--die-with-parent` is not enough: killed while it starts, it leaves a process that waits for ever.
 */
export function outerNamespaces(options: readonly string[]): string[] {
  const withUs = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];
  return [...withUs, 'unshare', '--user', '--pid', ...options, '--fork', '--kill-child', '--'];
}
