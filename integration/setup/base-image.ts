// Provides a Debian base image: the one at hand, the registry's, or one made from Debian's archive.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun, progress, runCommand, SetupError } from './command.ts';
import { debianMirror } from './debian-mirror.ts';
import { aptInstall, canInstall, isInstalled } from './engine.ts';

/** A registry that cannot be reached either fails at once or not at all. */
const PULL_TIMEOUT_MS = 60_000;
const BOOTSTRAP_TIMEOUT_MS = 5 * 60_000;
const IMPORT_TIMEOUT_MS = 60_000;

/** A mirror's index of sid, unlike a release's, can be past its date and is still the newest there is. */
const SUITE_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  sid: ['--aptopt=Acquire::Check-Valid-Until "false"'],
};

async function hasImage(image: string): Promise<boolean> {
  return (await runCommand('docker', ['image', 'inspect', image], 15_000)).status === 0;
}

/** Makes the image that the registry would have given: the same suite's minimal packages. */
async function makeFromArchive(suite: string, image: string): Promise<void> {
  if (!(await isInstalled('mmdebstrap'))) {
    if (!canInstall()) {
      throw new SetupError(
        `The image ${image} can be neither pulled nor made: make the registry reachable, or install mmdebstrap.`,
      );
    }
    await aptInstall(['mmdebstrap']);
  }
  const mirror = debianMirror();
  progress(`making ${image} from ${mirror}`);
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-base-'));
  try {
    const archive = join(folder, 'root.tar');
    const options = ['--variant=minbase', '--include=ca-certificates', ...(SUITE_OPTIONS[suite] ?? [])];
    await mustRun('mmdebstrap', [...options, suite, archive, mirror], BOOTSTRAP_TIMEOUT_MS);
    await mustRun('docker', ['import', archive, image], IMPORT_TIMEOUT_MS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes sure that `debian:<suite>-slim` is there for the Dockerfiles.
 * @throws SetupError when it can be neither found, pulled nor made.
 */
export async function ensureBaseImage(suite: string): Promise<void> {
  const image = `debian:${suite}-slim`;
  if (await hasImage(image)) return;
  progress(`pulling ${image}`);
  const pull = await runCommand('docker', ['pull', '--quiet', image], PULL_TIMEOUT_MS);
  if (pull.status !== 0) await makeFromArchive(suite, image);
}
