import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What commands need of /etc. Nothing that holds a secret: not shadow, not ssl/private, no configuration of git or npm for the whole machine. */
const ETC = [
  'alternatives',
  'bash.bashrc',
  'ca-certificates',
  'crypto-policies',
  'debian_version',
  'fonts',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'magic',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'pki/ca-trust/extracted',
  'pki/tls/certs',
  'profile',
  'protocols',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
];

const ROOT_FOLDERS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** bubblewrap's arguments that show the system's programs, read-only. */
export function systemMounts(): string[] {
  const etc = [...ETC, ...javaFolders()].map((name) => join('/etc', name)).filter((path) => existsSync(path));
  return [
    ...readOnly('/usr'),
    ...ROOT_FOLDERS.flatMap(rootFolder),
    ...(existsSync('/opt') ? readOnly('/opt') : []),
    ...etc.flatMap(readOnly),
  ];
}

/** A Java of Debian does not start without its folder in /etc. */
const javaFolders = (): string[] => readdirSync('/etc').filter((name) => name.startsWith('java-'));

/** On most systems links into /usr; on others folders. */
function rootFolder(name: string): string[] {
  const path = join('/', name);
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (!facts) return [];
  return facts.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : readOnly(path);
}

/** What belongs to a Node outside of /usr: its programs and what they load; not its whole prefix, which may be somebody's home. */
export function nodeMounts(nodePath: string): string[] {
  const prefix = dirname(dirname(nodePath));
  if (['/', '/usr', '/usr/local'].includes(prefix)) return [];
  return [dirname(nodePath), join(prefix, 'lib')].filter((path) => existsSync(path)).flatMap(readOnly);
}

export function readOnly(path: string): string[] {
  return ['--ro-bind', path, path];
}
