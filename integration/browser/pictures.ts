// Pictures of the console for the documents: taken anew by the tests, and compared with the committed ones by how they are laid out.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const HEIGHT = 800;
/** A block is so many pixels wide and high: what letters are drawn with makes its mean colour no other. */
const BLOCK = 8;
/** So much may the mean of a block's red, green or blue differ, of 255. */
const MOST_DIFFERENCE = 24;
/** So many of all blocks may differ more than that. */
const MOST_SHARE = 0.015;
/** Around what changes from run to run, in pixels: it is longer in one run than in the other. */
const MARGIN = 16;

/** Whether the pictures are to be written instead of compared. */
const IS_WRITTEN = process.env.FAIRLEAD_PICTURES === 'write';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How the console is looked at. */
export interface Scene {
  readonly gateway: URL;
  readonly token: string;
  /** Default: 1280. */
  readonly width?: number;
  /** Default: light. */
  readonly theme?: 'light' | 'dark';
}

/** The sign-in page, 800 pixels high, in UTC, without anything that moves. */
export async function openStudio(
  browser: Browser,
  { gateway, width = 1280, theme = 'light' }: Omit<Scene, 'token'>,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(new URL('/console/', gateway).href);
  await page.getByLabel('Token').waitFor();
  return page;
}

/** Signs in there, and opens a page. @returns Its panel. */
export async function openPage(browser: Browser, scene: Scene, title: string): Promise<Locator> {
  const page = await openStudio(browser, scene);
  await page.getByLabel('Token').fill(scene.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Commands' }).click();
  await page.getByLabel('Find a page or a command').fill(title);
  await page.getByRole('option', { name: title, exact: true }).click();
  return page.getByRole('tabpanel', { name: title, exact: true });
}

/**
 * Takes a picture of the page, and compares it with the committed one; with `FAIRLEAD_PICTURES=write` it becomes that one. Closes the
 * page's context.
 * @param name Of the file in `docs/pictures`, without `.png`.
 * @param changing What is different in each run: times, ports, figures.
 */
export async function takePicture(
  page: Page,
  name: string,
  changing: readonly Locator[] = [],
): Promise<void> {
  await page.mouse.move(0, 0);
  const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const file = join(FOLDER, `${name}.png`);
  if (IS_WRITTEN) await writeFile(file, taken);
  else {
    const isOften = [...changing, page.locator('.sidebar .pool, .sidebar .dot')];
    const share = await difference(page, await committed(file), taken, await boxesOf(isOften));
    expect(
      share,
      `docs/pictures/${name}.png is not what the console looks like now. Take it anew by: npm run pictures`,
    ).toBeLessThan(MOST_SHARE);
  }
  await page.context().close();
}

/** @returns The file; nothing where it is not there. */
async function committed(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new Error(`${file} is missing. Take it by: npm run pictures`, { cause });
  });
}

async function boxesOf(locators: readonly Locator[]): Promise<readonly Box[]> {
  const all = (await Promise.all(locators.map((locator) => locator.all()))).flat();
  const boxes = await Promise.all(all.map((locator) => locator.boundingBox()));
  return boxes.flatMap((box) => (box === null ? [] : [box]));
}

/** @returns The share of the blocks that differ, outside of the boxes; 1 where the sizes differ. */
async function difference(page: Page, one: Buffer, other: Buffer, boxes: readonly Box[]): Promise<number> {
  const canvas = await page.context().newPage();
  const pictures = [one, other].map((bytes) => `data:image/png;base64,${bytes.toString('base64')}`);
  const options = { pictures, boxes, block: BLOCK, most: MOST_DIFFERENCE, margin: MARGIN };
  const share = (await canvas.evaluate(`(${COMPARE})(${JSON.stringify(options)})`)) as number;
  await canvas.close();
  return share;
}

/** In the page: blocks of both pictures are compared by their mean colours. */
const COMPARE = `async ({ pictures, boxes, block, most, margin }) => {
  const draw = async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    context.fillStyle = 'black';
    for (const { x, y, width, height } of boxes)
      context.fillRect(x - margin, y - margin / 4, width + 2 * margin, height + margin / 2);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [one, other] = await Promise.all(pictures.map(draw));
  if (one.width !== other.width || one.height !== other.height) return 1;
  const meanAt = ({ data, width }, left, top, channel) => {
    let sum = 0;
    for (let y = top; y < top + block; y++)
      for (let x = left; x < left + block; x++) sum += data[(y * width + x) * 4 + channel];
    return sum / block / block;
  };
  let [all, different] = [0, 0];
  for (let top = 0; top + block <= one.height; top += block) {
    for (let left = 0; left + block <= one.width; left += block) {
      all++;
      const differs = [0, 1, 2].some(
        (channel) => Math.abs(meanAt(one, left, top, channel) - meanAt(other, left, top, channel)) > most,
      );
      if (differs) different++;
    }
  }
  return different / all;
}`;
