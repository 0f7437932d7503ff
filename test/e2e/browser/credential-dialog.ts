import type { Locator, Page } from 'playwright-core';

const DIALOG = "[data-test-id='editCredential-modal']";
/** For a picture: the dialog as high as its fields, which it would scroll. */
export const WITHOUT_SCROLLING = `${DIALOG}, ${DIALOG} .el-dialog__body, ${DIALOG} div:not([class*='el-'])
  { height: auto !important; max-height: none !important; overflow: visible !important; }`;

/** The dialog in which a credential is made and changed. */
export class CredentialDialog {
  constructor(private readonly page: Page) {}

  get dialog(): Locator {
    return this.page.getByTestId('editCredential-modal');
  }

  /** What n8n says of the credential's last test; the other answer is there too, but not shown. */
  get verdict(): Locator {
    return this.dialog
      .getByText(/^(Connection tested successfully|Couldn’t connect with these settings)/)
      .filter({ visible: true });
  }

  field(name: string): Locator {
    return this.dialog.getByTestId(`parameter-input-${name}`).locator('input, textarea').first();
  }

  /** The first of its type has a button; beside others (of tests that ran before) it is a choice of a list. */
  async create(): Promise<void> {
    const { page } = this;
    const first = page.getByTestId('node-credentials-empty-state').getByRole('button');
    const list = page.getByTestId('node-credentials-select');
    await first.or(list).first().waitFor();
    if (await first.isVisible()) await first.click();
    else await this.pickNew(list);
    await this.dialog.waitFor();
  }

  /** n8n closes the list by itself where it still draws the panel. */
  private async pickNew(list: Locator): Promise<void> {
    const item = this.page.getByTestId('node-credentials-select-item-new').filter({ visible: true });
    for (let attempt = 1; attempt <= 5; attempt++) {
      await list.click();
      const opened = await item
        .first()
        .click({ timeout: 3_000 })
        .then(
          () => true,
          () => false,
        );
      if (opened) return;
    }
    throw new Error('The list of credentials does not stay open');
  }

  /** The node's credential again: n8n tests it as soon as it is open. */
  async edit(): Promise<void> {
    await this.page.getByTestId('credential-edit-button').click();
    await this.dialog.waitFor();
  }

  /** The names of the fields that the dialog shows, from the top. */
  async fields(): Promise<string[]> {
    const inputs = await this.dialog.locator('[data-test-id^="parameter-input-"]').all();
    const ids = await Promise.all(inputs.map(async (input) => await input.getAttribute('data-test-id')));
    return [...new Set(ids.map((id) => String(id).replace('parameter-input-', '')))];
  }

  async switchOn(name: string): Promise<void> {
    await this.dialog.getByTestId(`parameter-input-${name}`).locator('.el-switch').click();
  }

  async choose(name: string, choice: string): Promise<void> {
    await this.field(name).click();
    await this.page.getByRole('option').filter({ visible: true }).filter({ hasText: choice }).first().click();
  }

  /** Starts n8n's own sign-in, which happens in a window of its own. */
  async connectMyAccount(): Promise<Page> {
    const [popup] = await Promise.all([
      this.page.waitForEvent('popup'),
      this.dialog.getByRole('button', { name: /^Connect( my account)?$/ }).click(),
    ]);
    return popup;
  }

  async save(): Promise<void> {
    await this.dialog.getByTestId('credential-save-button').click();
  }

  /** n8n keeps our own words behind a link. */
  async showDetails(): Promise<void> {
    await this.dialog.getByText('More details').click();
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close this dialog' }).click();
    await this.closed();
  }

  /** n8n asks once more, because the account is not connected yet. */
  async closeUnconnected(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close this dialog' }).click();
    await this.page.getByRole('button', { name: 'Close', exact: true }).click();
    await this.closed();
  }

  async closed(): Promise<void> {
    await this.dialog.waitFor({ state: 'hidden' });
  }
}
