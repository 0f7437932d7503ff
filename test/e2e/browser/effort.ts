import type { Page } from 'playwright-core';

/** What a person does with the mouse and the keyboard. */
export interface Effort {
  /** Without the clicks into the text fields that are typed in, which Tab reaches too. */
  clicks: number;
  /** Text fields that something is typed in, without the search boxes of the node panel. */
  typed: number;
  /** Search boxes of the node panel. They have the focus, so nobody clicks into them. */
  searches: number;
}

/** Runs in the page. Only what the browser itself reports counts, not the events that the editor makes up. */
const COUNT = `(() => {
  const clicked = [];
  const typed = new Set();
  const effort = { counts: true };
  const on = (type, note) =>
    addEventListener(type, (event) => { if (event.isTrusted && effort.counts) note(event.target); }, true);
  on('pointerdown', (target) => clicked.push(target));
  on('input', (target) => typed.add(target));
  const isSearch = (field) => field.dataset.testId === 'node-creator-search-bar';
  effort.total = () => ({
    clicks: clicked.filter((target) => ![...typed].some((field) => field.contains(target))).length,
    typed: [...typed].filter((field) => !isSearch(field)).length,
    searches: [...typed].filter(isSearch).length,
  });
  window.effort = effort;
})()`;

/** Counts from now on, until the page is loaded again. */
export class EffortCounter {
  private constructor(private readonly page: Page) {}

  static async start(page: Page): Promise<EffortCounter> {
    await page.evaluate(COUNT);
    return new EffortCounter(page);
  }

  async total(): Promise<Effort> {
    return await this.page.evaluate('effort.total()');
  }

  /** Does what only a test does, such as telling where its servers are. */
  async without(work: () => Promise<void>): Promise<void> {
    await this.page.evaluate('effort.counts = false');
    await work();
    await this.page.evaluate('effort.counts = true');
  }
}
