// Where the suite comes from: BoringSSL's test runner out of Debian's source package, built with Debian's Go. Everything stays
// in a cache folder; nothing is installed.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mustRun, SetupError } from '../../setup/command.ts';
import { debianMirror } from '../../setup/debian-mirror.ts';

interface Package {
  /** Below `pool/main/` of Debian's archive. */
  readonly path: string;
  readonly sha256: string;
}

/** BoringSSL of 2023, as Debian 12 and 13 have it: newer ones import more than Debian has. */
const BORINGSSL: Package = {
  path: 'a/android-platform-external-boringssl/android-platform-external-boringssl_13.0.0+r24.orig.tar.xz',
  sha256: '583b7aeee1fca68b8244d086cea6fca23bd19d517bd63f0b9de714e048f92a7d',
};

/** Go of Debian 13, which is linked statically and runs anywhere, and the two libraries that the runner imports. */
const GO: readonly Package[] = [
  {
    path: 'g/golang-1.24/golang-1.24-go_1.24.4-1_amd64.deb',
    sha256: '93c6c109bbc0f1d55523282a16739d10634499c04f6d066a6aa58b67b687a44f',
  },
  {
    path: 'g/golang-1.24/golang-1.24-src_1.24.4-1_all.deb',
    sha256: 'c396bc2c2e94606e0a060cff52b9bbbf1d7cefacb040eb3c40a55604111e66e1',
  },
  {
    path: 'g/golang-go.crypto/golang-golang-x-crypto-dev_0.25.0-1_all.deb',
    sha256: 'c6ecd307e88b1d3af7ecfaee12b258c24aff3b16acbbc87acbe02079aabf5867',
  },
  {
    path: 'g/golang-golang-x-sys/golang-golang-x-sys-dev_0.22.0-1_all.deb',
    sha256: '043942ee171abf52df6d43d1f56bc5aee4d9823e967fe38eee6236507b2e33fc',
  },
];

const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const BUILD_TIMEOUT_MS = 10 * 60_000;
const OWN = join(import.meta.dirname, 'go');
const INTEROP_SERVER = join(import.meta.dirname, 'interop/server.go');
/** The one line of BoringSSL that is changed: behind it the list of tests is complete and checked. */
const HOOK = /^\tcheckTests\(\)$/gm;

/** The programs that a run needs. */
export interface Suite {
  readonly runner: string;
  readonly shim: string;
  /** A server of Go's crypto/tls: `interop/server.go`. */
  readonly server: string;
  /** The runner's folder, with its keys and certificates. */
  readonly resources: string;
}

/**
 * Downloads and builds what the cache does not have yet.
 * @param cache An absolute path.
 * @throws SetupError where something cannot be had, or is not what it was.
 */
export async function prepareSuite(cache: string): Promise<Suite> {
  const gopath = join(cache, 'gopath');
  const root = join(gopath, 'src/boringssl.googlesource.com/boringssl');
  const resources = join(root, 'ssl/test/runner');
  const suite = {
    runner: join(cache, 'runner'),
    shim: join(cache, 'shim'),
    server: join(cache, 'server'),
    resources,
  };
  const stamp = join(cache, 'stamp');
  const version = versionOf();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return suite;

  rmSync(cache, { recursive: true, force: true });
  mkdirSync(join(root, '..'), { recursive: true });
  await unpack(cache, root);
  hook(join(resources, 'runner.go'));
  copyFileSync(join(OWN, 'select.go'), join(resources, 'select.go'));
  const env = {
    GOROOT: join(cache, 'go/usr/lib/go-1.24'),
    GOPATH: `${gopath}:${join(cache, 'go/usr/share/gocode')}`,
    GOCACHE: join(cache, 'gocache'),
    GO111MODULE: 'off',
    GOFLAGS: '',
    CGO_ENABLED: '0',
  };
  const go = join(env.GOROOT, 'bin/go');
  const importPath = 'boringssl.googlesource.com/boringssl/ssl/test/runner';
  await mustRun(go, ['test', '-c', '-o', suite.runner, importPath], BUILD_TIMEOUT_MS, env);
  await mustRun(go, ['build', '-o', suite.shim, join(OWN, 'shim.go')], BUILD_TIMEOUT_MS, env);
  await mustRun(go, ['build', '-o', suite.server, INTEROP_SERVER], BUILD_TIMEOUT_MS, env);
  writeFileSync(stamp, version);
  return suite;
}

/** A hash over everything that the build is made of. */
function versionOf(): string {
  const hash = createHash('sha256');
  for (const { sha256 } of [BORINGSSL, ...GO]) hash.update(sha256);
  for (const path of [join(OWN, 'select.go'), join(OWN, 'shim.go'), INTEROP_SERVER])
    hash.update(readFileSync(path));
  return hash.digest('hex');
}

async function unpack(cache: string, root: string): Promise<void> {
  const source = join(cache, 'source');
  mkdirSync(source);
  const tar = await download(BORINGSSL, cache);
  await mustRun('tar', ['xf', tar, '-C', source, '--strip-components=1'], BUILD_TIMEOUT_MS);
  symlinkSync(join(source, 'src'), root);
  for (const wanted of GO) {
    await mustRun('dpkg-deb', ['-x', await download(wanted, cache), join(cache, 'go')], BUILD_TIMEOUT_MS);
  }
}

/** @returns The path of the file, once its hash is right. */
async function download({ path, sha256 }: Package, cache: string): Promise<string> {
  const file = join(cache, path.slice(path.lastIndexOf('/') + 1));
  const url = `${debianMirror()}/pool/main/${path.replaceAll('+', '%2B')}`;
  const limit = `${DOWNLOAD_TIMEOUT_MS / 1000}`;
  await mustRun(
    'curl',
    ['-sSfL', '--retry', '3', '-m', limit, '-o', `${file}.part`, url],
    DOWNLOAD_TIMEOUT_MS,
  );
  const found = createHash('sha256')
    .update(readFileSync(`${file}.part`))
    .digest('hex');
  if (found !== sha256) throw new SetupError(`${url} has the SHA-256 ${found}, not ${sha256}`);
  renameSync(`${file}.part`, file);
  return file;
}

/** Lets the runner call `selectTests` of `go/select.go`. */
function hook(path: string): void {
  const text = readFileSync(path, 'utf8');
  if (text.match(HOOK)?.length !== 1) throw new SetupError(`${path} does not call checkTests() once`);
  writeFileSync(path, text.replace(HOOK, '\tcheckTests()\n\tselectTests()'));
}
