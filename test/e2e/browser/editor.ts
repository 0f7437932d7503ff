import type { Locator, Page } from 'playwright-core';
import type { Owner } from '../../servers/n8n';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** n8n's editor, as a person uses it. */
export class Editor {
  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  async signIn({ email, password }: Owner): Promise<void> {
    // The first page compiles half of the editor.
    await this.page.goto(`${this.url}/signin`, { timeout: 60_000 });
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByTestId('universal-add').waitFor();
  }

  async openNewWorkflow(): Promise<void> {
    await this.page.goto(`${this.url}/workflow/new`);
    await this.page.getByTestId('canvas-plus-button').waitFor();
  }

  async openWorkflow(id: string): Promise<void> {
    await this.page.goto(`${this.url}/workflow/${id}`);
    await this.page.getByTestId('canvas-node').first().waitFor();
  }

  /** Opens the panel of nodes at the end of the workflow. */
  async openNodePanel(): Promise<void> {
    const { page } = this;
    await page
      .getByTestId('canvas-plus-button')
      .or(page.getByTestId('canvas-handle-plus').last())
      .first()
      .click();
    await this.search.waitFor();
  }

  /** Searches for a node by its name and clicks on it. */
  async pickNode(name: string): Promise<void> {
    await this.search.fill(name);
    await this.foundNodes().getByText(name, { exact: true }).click();
  }

  foundNodes(): Locator {
    return this.page.getByTestId('node-creator-item-name');
  }

  get search(): Locator {
    return this.page.getByTestId('node-creator-search-bar');
  }

  /** The button on the page that n8n shows of a community node without actions. */
  async addPickedNode(): Promise<void> {
    await this.page.getByRole('button', { name: 'Add to workflow' }).click();
    await this.nodePanel.waitFor();
  }

  async addPickedAction(action: string): Promise<void> {
    await this.page.getByTestId('node-creator').getByText(action, { exact: true }).click();
    await this.nodePanel.waitFor();
  }

  /** The open node's own panel, between its input and its output. */
  get nodePanel(): Locator {
    return this.page.getByTestId('node-parameters');
  }

  /** The part of the window that the fields of the open node take. Pixels. */
  async placeOfFields(): Promise<Box> {
    const panel = await this.nodePanel.boundingBox();
    const items = await this.nodePanel.getByTestId('parameter-item').all();
    const boxes = await Promise.all(items.map(async (one) => await one.boundingBox()));
    const bottom = Math.max(...boxes.filter((box) => box !== null).map(({ y, height }) => y + height));
    const { x, y, width, height } = panel!;
    return { x, y, width, height: Math.min(height, bottom + 24 - y) };
  }

  get output(): Locator {
    return this.page.getByTestId('output-panel');
  }

  parameter(name: string): Locator {
    return this.nodePanel.getByTestId(`parameter-input-${name}`);
  }

  /** What a drop-down of the node's panel offers. */
  async choicesOf(name: string): Promise<string[]> {
    await this.parameter(name).click();
    const choices = this.page.getByRole('option').filter({ visible: true });
    await choices.first().waitFor();
    const texts = await choices.allInnerTexts();
    await this.parameter(name).click();
    await choices.first().waitFor({ state: 'hidden' });
    return texts;
  }

  async choose(name: string, choice: string): Promise<void> {
    await this.parameter(name).click();
    await this.page.getByRole('option').filter({ visible: true }).filter({ hasText: choice }).first().click();
  }

  /** How a resource locator is to be filled: from a list, by name … */
  async chooseMode(name: string, mode: string): Promise<void> {
    await this.parameter(name).getByTestId('rlc-mode-selector').click();
    await this.page.getByRole('option').filter({ visible: true }).filter({ hasText: mode }).first().click();
  }

  /** Makes a field with an expression one with a value. */
  async chooseFixed(name: string): Promise<void> {
    const field = this.nodePanel
      .getByTestId('parameter-item')
      .filter({ has: this.page.getByTestId(`parameter-input-${name}`) });
    await field.hover();
    await field.getByTestId('radio-button-fixed').click();
  }

  /**
   * What the list of a resource locator offers. It stays open.
   *
   * @param expected in one of its names: until the list is there, n8n shows what is chosen as its only entry
   */
  async listedFor(name: string, expected: string): Promise<string[]> {
    await this.parameter(name).getByTestId('rlc-input').click();
    await this.listed.filter({ hasText: expected }).first().waitFor();
    return await this.listed.allInnerTexts();
  }

  async pickListed(text: string): Promise<void> {
    await this.listed.filter({ hasText: text }).first().click();
  }

  private get listed(): Locator {
    return this.page.getByTestId('rlc-item').filter({ visible: true });
  }

  async closeNode(): Promise<void> {
    await this.page.getByTestId('ndv-close-button').click();
    await this.page.getByTestId('ndv').waitFor({ state: 'hidden' });
  }

  node(name: string): Locator {
    return this.page.getByTestId('canvas-node').filter({ hasText: name });
  }

  icon(name: string): Locator {
    return this.node(name).locator('img');
  }

  /** @param name the whole name */
  async openNode(name: string): Promise<void> {
    await this.page
      .locator(`[data-test-id="canvas-node"][data-node-name=${JSON.stringify(name)}]`)
      .dblclick();
    await this.nodePanel.waitFor();
  }

  /** n8n puts a new node where the window has room for it, even on top of another. */
  async tidyUp(): Promise<void> {
    await this.glide('tidy-up-button');
    await this.fit();
  }

  /** Shows the whole workflow. */
  async fit(): Promise<void> {
    await this.glide('zoom-to-fit');
  }

  /** The part of the window that the workflow takes, with its notes and a margin. Pixels. */
  async placeOfWorkflow(): Promise<Box> {
    const all = await this.page.locator('.vue-flow__node').all();
    const boxes = (await Promise.all(all.map(async (one) => await one.boundingBox()))).filter(
      (box) => box !== null,
    );
    const MARGIN = { side: 40, top: 20, bottom: 50 }; // names stand below their nodes
    const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN.side;
    const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN.top;
    const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN.side;
    const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN.bottom;
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  private async glide(button: string): Promise<void> {
    await this.page.getByTestId(button).click();
    // Nothing says that the canvas has arrived.
    await this.page.waitForTimeout(1_000);
  }

  /** Runs the whole workflow, and waits until n8n says how it went. */
  async executeWorkflow(): Promise<string> {
    await this.page.getByTestId('execute-workflow-button').click();
    const notice = this.page.getByRole('alert').filter({ hasText: /workflow|error/i });
    const text = await notice.first().innerText();
    await this.dismissNotices();
    return text;
  }

  /** Runs the node whose panel is open. */
  async executeStep(): Promise<void> {
    await this.page.getByTestId('node-execute-button').first().click();
  }

  async dismissNotices(): Promise<void> {
    const close = this.page.locator('.el-notification__closeBtn');
    while (await close.count()) {
      await close
        .first()
        .click({ timeout: 2_000 })
        .catch(() => undefined); // it went by itself
    }
  }
}
