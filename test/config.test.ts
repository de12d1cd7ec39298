import { homedir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { type Environment, readConfig, toConfig } from '../src/config.js';
import { PerennialError } from '../src/domain/errors.js';

const person = { isRoot: false, userHome: '/home/ada', hostName: 'workbench' };
const root = { isRoot: true, userHome: '/root', hostName: 'server' };
const configOf = (env: Environment, machine = person) => toConfig(env, machine);

describe('without any setting', () => {
  test('all is in the home of the person, on loopback, with embedded parts', () => {
    expect(configOf({})).toEqual({
      home: '/home/ada/.perennial',
      reposDir: '/home/ada/.perennial/repos',
      worktreesDir: '/home/ada/.perennial/worktrees',
      logsDir: '/home/ada/.perennial/logs',
      cacheDir: '/home/ada/.cache/perennial',
      http: { host: '127.0.0.1', port: 7700 },
      temporal: { namespace: 'perennial' },
      hostId: 'workbench',
      maxAgents: 4,
      sandbox: 'auto',
      welcome: true,
      logLevel: 'info',
      environment: {},
    });
  });

  test('root keeps it where services keep their data', () => {
    expect(configOf({}, root)).toMatchObject({
      home: '/var/lib/perennial',
      logsDir: '/var/lib/perennial/logs',
      cacheDir: '/var/cache/perennial',
    });
  });
});

describe('folders', () => {
  test('lie below the home, unless they are set themselves', () => {
    const env = { PERENNIAL_HOME: '/data', PERENNIAL_REPOS_DIR: '/repos', PERENNIAL_WORKTREES_DIR: '/fast', PERENNIAL_CACHE_DIR: '/cache' };
    expect(configOf(env)).toMatchObject({
      home: '/data',
      reposDir: '/repos',
      worktreesDir: '/fast',
      logsDir: '/data/logs',
      cacheDir: '/cache',
    });
    expect(configOf({ PERENNIAL_LOGS_DIR: '/logs' }).logsDir).toBe('/logs');
  });

  test('are absolute, whatever was written', () => {
    expect(configOf({ PERENNIAL_HOME: 'data/../home' }).home).toBe(`${process.cwd()}/home`);
  });
});

test('an empty setting is none, and blanks around one do not count', () => {
  const config = configOf({ PERENNIAL_HOME: '', PERENNIAL_MAX_AGENTS: '  ', DATABASE_URL: ' ', PERENNIAL_HOST_ID: ' one ' });
  expect(config).toMatchObject({ home: '/home/ada/.perennial', maxAgents: 4, hostId: 'one' });
  expect(config).not.toHaveProperty('databaseUrl');
});

test('what is set is taken', () => {
  const env = {
    DATABASE_URL: 'postgresql://db/perennial',
    PERENNIAL_HTTP_PORT: '0',
    PERENNIAL_MAX_AGENTS: '16',
    PERENNIAL_SANDBOX: 'required',
    PERENNIAL_WELCOME: 'off',
    PERENNIAL_LOG_LEVEL: 'debug',
  };
  expect(configOf(env)).toMatchObject({
    databaseUrl: 'postgresql://db/perennial',
    http: { port: 0 },
    maxAgents: 16,
    sandbox: 'required',
    welcome: false,
    logLevel: 'debug',
    environment: env,
  });
});

describe('the HTTP host', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('may be %s, which is loopback', (host) => {
    expect(configOf({ PERENNIAL_HTTP_HOST: host }).http.host).toBe(host);
  });

  test.each(['0.0.0.0', '::', '192.168.1.7', 'studio.example.org', '127.0.0.1.example.org'])(
    'may be %s only with a public address',
    (host) => {
      expect(refusal({ PERENNIAL_HTTP_HOST: host })).toEqual({
        name: 'PERENNIAL_HTTP_HOST',
        message: `PERENNIAL_HTTP_HOST is "${host}"; expected a loopback address (127.0.0.1), or PERENNIAL_PUBLIC_URL set too`,
      });
      const both = { PERENNIAL_HTTP_HOST: host, PERENNIAL_PUBLIC_URL: 'https://Studio.example.org/' };
      expect(configOf(both).http).toEqual({ host, port: 7700, publicUrl: 'https://studio.example.org' });
    },
  );
});

describe('Temporal', () => {
  test('is found under the names of its own client configuration', () => {
    const env = {
      TEMPORAL_ADDRESS: 'cloud:7233',
      TEMPORAL_NAMESPACE: 'ours',
      TEMPORAL_API_KEY: 'secret',
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/ca.pem',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert.pem',
      TEMPORAL_TLS_CLIENT_KEY_PATH: '/key.pem',
      TEMPORAL_TLS_SERVER_NAME: 'cloud',
      TEMPORAL_CLI_PATH: '/usr/bin/temporal',
    };
    expect(configOf(env).temporal).toEqual({
      address: 'cloud:7233',
      namespace: 'ours',
      apiKey: 'secret',
      tls: { serverCaPath: '/ca.pem', clientCertPath: '/cert.pem', clientKeyPath: '/key.pem', serverName: 'cloud' },
      cliPath: '/usr/bin/temporal',
    });
  });

  test('is reached by TLS when that is said, and not when it is denied', () => {
    expect(configOf({ TEMPORAL_TLS: 'true' }).temporal.tls).toEqual({});
    expect(configOf({ TEMPORAL_TLS: 'false', TEMPORAL_TLS_SERVER_NAME: 'cloud' }).temporal).toEqual({ namespace: 'perennial' });
  });
});

describe('a wrong setting is refused by name, with what was expected:', () => {
  test.each([
    ['PERENNIAL_HTTP_PORT', '65536', 'a whole number from 0 to 65535'],
    ['PERENNIAL_HTTP_PORT', '-1', 'a whole number from 0 to 65535'],
    ['PERENNIAL_HTTP_PORT', '0x50', 'a whole number from 0 to 65535'],
    ['PERENNIAL_HTTP_PORT', '77.5', 'a whole number from 0 to 65535'],
    ['PERENNIAL_MAX_AGENTS', '0', 'a whole number from 1 to 1000'],
    ['PERENNIAL_MAX_AGENTS', 'many', 'a whole number from 1 to 1000'],
    ['PERENNIAL_SANDBOX', 'on', 'one of auto, required, off'],
    ['PERENNIAL_WELCOME', 'yes', 'one of on, off'],
    ['PERENNIAL_LOG_LEVEL', 'trace', 'one of debug, info, warn, error'],
    ['TEMPORAL_TLS', '1', 'one of true, false'],
    ['PERENNIAL_PUBLIC_URL', 'studio.example.org', 'an address such as https://studio.example.org'],
    ['PERENNIAL_PUBLIC_URL', 'ftp://studio.example.org', 'an address such as https://studio.example.org'],
    ['PERENNIAL_PUBLIC_URL', 'https://studio.example.org/deep', 'an address such as https://studio.example.org'],
    ['PERENNIAL_PUBLIC_URL', 'https://ada:secret@studio.example.org', 'an address such as https://studio.example.org'],
    ['PERENNIAL_PUBLIC_URL', 'https://:0x', 'an address such as https://studio.example.org'],
  ])('%s=%s', (name, value, expected) => {
    expect(refusal({ [name]: value })).toEqual({ name, message: `${name} is "${value}"; expected ${expected}` });
  });

  test('a client certificate without its key, and a key without its certificate', () => {
    expect(refusal({ TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert.pem' })).toEqual({
      name: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
      message: 'TEMPORAL_TLS_CLIENT_KEY_PATH is not set; expected the key of TEMPORAL_TLS_CLIENT_CERT_PATH',
    });
    expect(refusal({ TEMPORAL_TLS_CLIENT_KEY_PATH: '/key.pem' })?.name).toBe('TEMPORAL_TLS_CLIENT_CERT_PATH');
  });
});

test('the configuration of this process is that of its environment and machine', () => {
  const { home, environment } = readConfig();
  expect(environment).toBe(process.env);
  expect(home).toBe(process.env.PERENNIAL_HOME ?? (process.getuid?.() === 0 ? '/var/lib/perennial' : `${homedir()}/.perennial`));
});

function refusal(env: Environment): { name: unknown; message: string } | undefined {
  try {
    configOf(env);
    return undefined;
  } catch (error) {
    if (!(error instanceof PerennialError) || error.code !== 'wrong-setting') throw error;
    return { name: error.details.name, message: error.message };
  }
}
