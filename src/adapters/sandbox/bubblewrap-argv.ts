import { existsSync, readFileSync } from 'node:fs';
import type { SandboxCommand } from '../../ports/sandbox.js';
import { type CommandFolders, type SandboxHost, searchPath } from './clean-environment.js';
import { SLIRP_RESOLVER } from './slirp-network.js';
import { nodeMounts, readOnly, systemMounts } from './system-files.js';

export interface InnerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A file that is there in the sandbox alone. */
export interface GivenFile {
  readonly path: string;
  readonly text: string;
}

export interface BubblewrapCommand {
  readonly host: SandboxHost;
  readonly command: SandboxCommand;
  readonly user: InnerUser;
  readonly folders: CommandFolders;
  /** Their texts come on descriptors 4, 5, and so on. */
  readonly files: readonly GivenFile[];
  readonly canForbidNamespaces: boolean;
}

/** Mounts are made in this order; what comes later lies on top. */
export function bubblewrapArgv(wanted: BubblewrapCommand): string[] {
  const { host, command, folders } = wanted;
  return [
    ...['bwrap', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--setenv', 'PATH', searchPath(host)],
    ...namespaces(wanted),
    ...systemMounts(),
    ...wanted.files.flatMap(({ path }, index) => ['--ro-bind-data', String(4 + index), path]),
    ...READ_ONLY_PROC,
    ...['--dev', '/dev', '--tmpfs', '/run', '--tmpfs', '/var/tmp', '--tmpfs', folders.tmp, '--tmpfs', folders.home],
    ...nodeMounts(host.nodePath),
    ...[...Object.values(host.caFiles).filter((path) => existsSync(path)), ...command.readable].flatMap(readOnly),
    ...['--bind', command.worktree, command.worktree, '--remount-ro', '/', '--chdir', command.worktree, '--'],
  ];
}

/** To the kernel a command of root is still uid 0, without capabilities, and that uid alone may write settings of the whole machine. */
const READ_ONLY_PROC = ['--proc', '/proc', '--remount-ro', '/proc'];

function namespaces({ command, user, canForbidNamespaces }: BubblewrapCommand): string[] {
  return [
    ...['--unshare-user', '--uid', String(user.uid), '--gid', String(user.gid), ...(canForbidNamespaces ? ['--disable-userns'] : [])],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', ...(command.network === 'off' ? ['--unshare-net'] : [])],
  ];
}

/** Without an entry for its own id, `os.userInfo()` and others fail. */
export function accountFiles({ name, uid, gid }: InnerUser, home: string): GivenFile[] {
  const users = [
    'root:x:0:0:root:/root:/bin/sh',
    `${name}:x:${uid}:${gid}::${home}:/bin/sh`,
    'nobody:x:65534:65534::/nonexistent:/bin/false',
  ];
  const groups = ['root:x:0:', `${name}:x:${gid}:`, 'nogroup:x:65534:'];
  return [
    { path: '/etc/passwd', text: `${users.join('\n')}\n` },
    { path: '/etc/group', text: `${groups.join('\n')}\n` },
  ];
}

/** How names are looked up: as on the host, but by the resolver of the sandbox's own network where it has one. */
export function resolverFile(usesSlirp: boolean): GivenFile[] {
  const path = '/etc/resolv.conf';
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  if (!usesSlirp) return [{ path, text: lines.join('\n') }];
  const others = lines.filter((line) => !line.startsWith('nameserver'));
  return [{ path, text: [`nameserver ${SLIRP_RESOLVER}`, ...others].join('\n') }];
}
