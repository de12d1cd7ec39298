/** Variables of the process that starts git, handed in by whoever reads the configuration. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a person's git needs to reach a source with the person's own credentials. Nothing that points git at another repository is among it. */
const PERSONAL = [
  ...['HOME', 'USER', 'LOGNAME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'TMPDIR', 'SSH_AUTH_SOCK', 'SSH_ASKPASS', 'GIT_ASKPASS'],
  ...['GIT_SSH', 'GIT_SSH_VARIANT', 'GIT_CONFIG_GLOBAL', 'GIT_SSL_CAINFO', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
];

/** Settings that hold in both environments: git starts nothing of its own accord, and follows no hook. */
const NOTHING_BY_ITSELF = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'protocol.ext.allow': 'never',
  // By default git syncs neither loose objects nor refs to disk: a power cut could take finished steps.
  'core.fsync': 'committed',
};

/** For trees that agents write in: no configuration but ours, so that nothing planted in a tree names a program to run. */
export function treeEnvironment(env: Environment): Record<string, string> {
  return {
    ...present(env, ['TMPDIR']),
    ...common(env),
    HOME: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    ...settings({
      ...NOTHING_BY_ITSELF,
      'core.excludesFile': '/dev/null',
      'core.attributesFile': '/dev/null',
      'core.untrackedCache': 'false',
      'core.filesRefLockTimeout': '1000',
      'diff.ignoreSubmodules': 'all',
    }),
  };
}

/** For reading sources: the person's configuration and credentials, and never a question. */
export function sourceEnvironment(env: Environment): Record<string, string> {
  return {
    ...present(env, PERSONAL),
    ...common(env),
    GIT_SSH_COMMAND:
      env.GIT_SSH_COMMAND ?? `${env.GIT_SSH ?? 'ssh'} -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15 -oServerAliveCountMax=4`,
    ...settings({ ...NOTHING_BY_ITSELF, 'http.lowSpeedLimit': '1000', 'http.lowSpeedTime': '30' }),
  };
}

function common(env: Environment): Record<string, string> {
  return { PATH: env.PATH ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
}

function present(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Settings as environment: above every file, and out of sight of `ps`. */
function settings(values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(values).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(Object.keys(values).length) };
}
