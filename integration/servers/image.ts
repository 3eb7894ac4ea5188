// Builds a server's image from its folder under images/, once for each state of that folder. It starts nothing.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GenericContainer, getContainerRuntimeClient, ImageName } from 'testcontainers';
import { progress, SetupError } from '../setup/command.ts';

const IMAGES = join(import.meta.dirname, '..', 'images');

/** What a Dockerfile's ARGs shall be. */
export type BuildArgs = Readonly<Record<string, string>>;

/** A digest of the arguments and of every file of the folder; it is the image's tag: an edit makes a new image. */
async function contentHash(folder: string, buildArgs: BuildArgs): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(buildArgs)) hash.update(`${name}=${value}\n`);
  for (const name of (await readdir(folder)).sort()) {
    const content = await readFile(join(folder, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The image of `images/<server>`, built if it is not there yet (10 to 30 seconds, then none).
 * @returns Its name, for `new GenericContainer(name)`.
 * @throws SetupError when the build fails.
 */
export async function serverImage(server: string, buildArgs: BuildArgs = {}): Promise<string> {
  const folder = join(IMAGES, server);
  const name = `fairlead-integration/${server}:${await contentHash(folder, buildArgs)}`;
  const client = await getContainerRuntimeClient();
  if (await client.image.exists(ImageName.fromString(name))) return name;
  progress(`building ${name}`);
  try {
    await GenericContainer.fromDockerfile(folder)
      .withBuildArgs({ ...buildArgs })
      .build(name, { deleteOnExit: false });
  } catch (cause) {
    throw new SetupError(`The image of ${server} could not be built; see why with: docker build ${folder}`, {
      cause,
    });
  }
  return name;
}
