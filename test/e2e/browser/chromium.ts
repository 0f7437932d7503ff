import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, selectors, type Page } from 'playwright-core';

const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The size of the pictures in the docs. */
export const WINDOW = { width: 1280, height: 720 };

export interface Browser {
  page: Page;
  stop(): Promise<void>;
}

/**
 * Debian's Chromium with an empty profile, and one window.
 *
 * @param ignoreHTTPSErrors for an identity provider whose authority only n8n knows
 */
export async function startChromium({ ignoreHTTPSErrors = false } = {}): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const removeProfile = () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  selectors.setTestIdAttribute('data-test-id'); // n8n spells it so
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: QUIET,
    viewport: WINDOW,
    colorScheme: 'light',
    ignoreHTTPSErrors,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(15_000);
  return {
    page,
    stop: async () => {
      await context.close();
      removeProfile();
    },
  };
}
