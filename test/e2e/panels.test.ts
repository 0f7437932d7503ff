import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { CELLS } from '../../mail/account/providers';
import { isManaged } from '../../n8n/credential/managed-login';
import { RESOURCES } from '../../nodes/EmailMailbox/actions/resources';
import { restClient, type RestClient } from '../servers/n8n';
import type { WorkflowNode } from '../servers/workflow';
import { startChromium, type Browser } from './browser/chromium';
import { CredentialDialog, WITHOUT_SCROLLING } from './browser/credential-dialog';
import { Editor } from './browser/editor';
import { takePicture } from './browser/pictures';
import { OPERATIONS, VARIANTS, connectNodes, mailboxNodes, newNode, otherNodes } from './panels';
import { sharedN8n } from './shared-n8n';

// A picture of every panel and every credential dialog, from the real editor: for a person to look at, and for the docs.

let browser: Browser;
let editor: Editor;
let rest: RestClient;

beforeAll(async () => {
  const { url, owner, signedIn } = sharedN8n();
  rest = await restClient(url, signedIn);
  browser = await startChromium();
  editor = new Editor(browser.page, url);
  await editor.signIn(owner);
});
afterAll(async () => await browser?.stop());

const NARROW = { width: 1280, height: 720 };
/** The forms are long. */
const HIGH = { width: 1280, height: 3400 };

/** The nodes side by side, so that each of them can be clicked on. */
async function open(name: string, nodes: readonly WorkflowNode[]): Promise<void> {
  const COLUMNS = 7;
  const placed = nodes.map((node, at) => ({
    ...node,
    position: [(at % COLUMNS) * 300, Math.floor(at / COLUMNS) * 220] as [number, number],
  }));
  const { id } = await rest.createWorkflow({ name, nodes: placed, connections: {} });
  await editor.openWorkflow(id);
  await editor.fit();
}

async function pictureOfPanel(name: string, forDocs = false): Promise<void> {
  const { page } = browser;
  await page.setViewportSize(HIGH);
  await page.mouse.move(0, 0); // what lies under it looks different
  expect(await editor.nodePanel.innerText()).not.toMatch(/undefined|\[object/);
  await takePicture(page, `panel-${name}`, { forDocs, clip: await editor.placeOfFields() });
  await page.setViewportSize(NARROW);
}

async function withNode(name: string, work: () => Promise<void>): Promise<void> {
  await browser.page.setViewportSize(NARROW);
  await editor.openNode(name);
  await work();
  await editor.closeNode();
}

test('there is a picture of every operation', () => {
  const all = RESOURCES.flatMap(({ value, operations }) => operations.map((one) => `${value} ${one.value}`));
  expect(Object.keys(OPERATIONS).sort()).toEqual(all.sort());
});

describe('Email Mailbox', () => {
  const operations = mailboxNodes(OPERATIONS);
  const variants = mailboxNodes(VARIANTS);
  beforeAll(async () => await open('Panels of Email Mailbox', [...operations, ...variants]));

  test.each(operations.map(({ name }) => name))('the panel of %s', async (name) => {
    await withNode(name, async () => await pictureOfPanel(name, true));
  });

  test.each(variants.map(({ name }) => name))('the panel of %s', async (name) => {
    await withNode(name, async () => await pictureOfPanel(name));
  });

  test.each(['message-get-many', 'message-send-and-wait-empty', 'folder-empty-now'])(
    'the panel of %s in the dark theme',
    async (name) => {
      await browser.page.emulateMedia({ colorScheme: 'dark' });
      onTestFinished(async () => await browser.page.emulateMedia({ colorScheme: 'light' }));
      await withNode(name, async () => {
        await browser.page.mouse.move(0, 0);
        await takePicture(editor.nodePanel, `panel-dark-${name}`);
        const paper = await browser.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        expect(Number(/\d+/.exec(paper)), 'a dark ground').toBeLessThan(100);
      });
    },
  );
});

// Both have a field `output`, with other choices.
test('a choice that another resource does not offer does not stay', async () => {
  const download = { resource: 'attachment', operation: 'download', output: 'attachment' };
  await open('Changing the resource', [newNode('emailMailbox', 'Files', download)]);
  const chosen = async (field: string) => await editor.parameter(field).locator('input').first().inputValue();
  await withNode('Files', async () => {
    expect(await chosen('output')).toBe('One Item per Attachment');
    await editor.choose('resource', 'Message');
    await editor.parameter('searchIn').waitFor();
    expect(await chosen('output')).toBe('Simplified');
    await editor.choose('output', 'Raw');
    await editor.choose('resource', 'Attachment');
    await editor.choose('operation', 'Download');
    await editor.parameter('prefix').waitFor();
    expect(await chosen('output')).toBe('One Item per Message');
  });
});

describe('Email Connect, with its credentials', () => {
  const nodes = connectNodes();
  beforeAll(async () => await open('Panels of Email Connect', nodes));

  test.each(nodes.map(({ name }) => name))('the panel of %s', async (name) => {
    await withNode(name, async () => await pictureOfPanel(name));
  });

  test.each(CELLS)('the credential of $provider with $authentication', async (cell) => {
    const { page } = browser;
    await withNode(`connect-${cell.provider}-${cell.authentication}`, async () => {
      const credential = new CredentialDialog(page);
      await credential.create();
      await page.setViewportSize(HIGH);
      await page.mouse.move(0, 0);
      const name = `credential-${cell.provider}-${cell.authentication}`;
      await takePicture(credential.dialog, name, { style: WITHOUT_SCROLLING });
      await page.setViewportSize(NARROW);
      await (isManaged(cell.authentication) ? credential.closeUnconnected() : credential.close());
    });
  });
});

describe('the other nodes', () => {
  const nodes = otherNodes();
  beforeAll(async () => await open('Panels of the other nodes', nodes));

  test.each(nodes.map(({ name }) => name))('the panel of %s', async (name) => {
    await withNode(name, async () => await pictureOfPanel(name));
  });
});
