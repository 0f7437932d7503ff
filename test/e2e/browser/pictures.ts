import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const root = join(__dirname, '..', '..', '..');
const MAX_BYTES = 200_000;

interface PictureOptions {
  forDocs?: boolean;
  /** The part of the page to show. */
  clip?: { x: number; y: number; width: number; height: number };
  /** A style sheet for this picture only. */
  style?: string;
}

/**
 * Takes a picture for a person to look at. Into the docs only when asked: every run's pictures differ
 * in a port or a date, and a test that changes the checkout is a nuisance.
 */
export async function takePicture(
  what: Page | Locator,
  name: string,
  { forDocs = false, ...options }: PictureOptions = {},
): Promise<void> {
  const path = join(root, 'test', '.output', `${name}.png`);
  await what.screenshot({ path, animations: 'disabled', caret: 'hide', ...options });
  if (!forDocs) return;
  const { size } = statSync(path);
  if (size > MAX_BYTES) throw new Error(`${name}.png has ${size} bytes: too many for the docs`);
  if (process.env.UPDATE_IMAGES !== '1') return;
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  copyFileSync(path, join(images, `${name}.png`));
}
