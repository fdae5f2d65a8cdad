import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { _electron, expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';

export const checkout = join(import.meta.dirname, '..', '..');
/** Playwright empties this folder before each run, so the sample is imported once per run and copied for each start. */
const imported = join(checkout, 'test-results', 'sample');

/** The real application window, driven as an analyst would. */
export class Workbench {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The user's own folder: session, recent workspaces, the sample workspace. */
  readonly profile: string;
  private readonly ownsProfile: boolean;

  private constructor(app: ElectronApplication, page: Page, profile: string, ownsProfile: boolean) {
    this.app = app;
    this.page = page;
    this.profile = profile;
    this.ownsProfile = ownsProfile;
  }

  /** Starts the application; with a profile of an earlier start it continues that session. */
  static async start(
    options: { args?: readonly string[]; profile?: string; ownsProfile?: boolean } = {},
  ): Promise<Workbench> {
    const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'ladderline-e2e-'));
    const switches = (process.env['LADDERLINE_ELECTRON_SWITCHES'] ?? '').split(' ').filter((s) => s !== '');
    const app = await _electron.launch({
      ...(process.env['ELECTRON_EXEC_PATH'] ? { executablePath: process.env['ELECTRON_EXEC_PATH'] } : {}),
      args: [...switches, '--log-level=3', `--user-data-dir=${profile}`, checkout, ...(options.args ?? [])],
      env: { ...process.env } as Record<string, string>,
    });
    const page = await app.firstWindow();
    page.setDefaultTimeout(15_000);
    await page.getByRole('contentinfo').waitFor();
    return new Workbench(app, page, profile, options.ownsProfile ?? options.profile === undefined);
  }

  /** Starts on the sample workspace; each start has a copy of its own. */
  static async startOnSample(): Promise<Workbench> {
    if (!existsSync(imported)) {
      const first = await Workbench.start({ args: ['--sample'] });
      await first.atRest();
      await first.close({ keepProfile: true });
      mkdirSync(join(checkout, 'test-results'), { recursive: true });
      cpSync(join(first.profile, 'sample'), imported, { recursive: true });
      rmSync(first.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
    const profile = mkdtempSync(join(tmpdir(), 'ladderline-e2e-'));
    cpSync(imported, join(profile, 'sample'), { recursive: true });
    const bench = await Workbench.start({ args: ['--sample'], profile, ownsProfile: true });
    await bench.atRest();
    return bench;
  }

  private async atRest(): Promise<void> {
    await expect(this.status).toContainText('423 customers', { timeout: 60_000 });
    await this.settled();
  }

  /** Closes the window as a person would, waits until the processes are gone, removes the profile it made. */
  async close(options: { keepProfile?: boolean } = {}): Promise<void> {
    await this.app.close();
    if (this.ownsProfile && !options.keepProfile) {
      rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }

  /** Answers the next open dialogs with these files. */
  async answerOpenDialog(paths: readonly string[]): Promise<void> {
    await this.app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
      },
      [...paths],
    );
  }

  /** Answers the next save dialogs with this file. */
  async answerSaveDialog(path: string): Promise<void> {
    await this.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
  }

  /** Runs a command by its label through the palette. */
  async command(label: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+P');
    const palette = this.page.getByRole('dialog', { name: 'All commands' });
    await palette.getByRole('combobox').fill(`>${label}`);
    await palette.getByRole('option').filter({ hasText: label }).first().click();
    await expect(palette).toHaveCount(0);
  }

  /** Opens a view by its activity bar button and waits until it has its answers. */
  async view(title: string): Promise<Locator> {
    await this.page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('button', { name: title, exact: true })
      .click();
    await expect(this.title).toBeVisible();
    await this.settled();
    return this.front;
  }

  /** The view in front. */
  get front(): Locator {
    return this.page.getByRole('main').getByRole('tabpanel').first();
  }

  /** The title of the view in front. */
  get title(): Locator {
    return this.front.getByRole('navigation', { name: 'Where this is' }).getByRole('heading', { level: 1 });
  }

  get side(): Locator {
    return this.page.getByRole('complementary', { name: 'Side bar' });
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Panel', exact: true });
  }

  get status(): Locator {
    return this.page.getByRole('contentinfo', { name: 'Status' });
  }

  /** Opens a tab of the panel below the views. */
  async panelTab(name: string): Promise<Locator> {
    await this.command(`Show ${name}`);
    await this.settled();
    return this.panel;
  }

  /** Opens a customer by its name through quick open. */
  async customer(name: string): Promise<Locator> {
    await this.page.keyboard.press('Control+p');
    const quick = this.page.getByRole('dialog', { name: 'Go to customer or view' });
    await quick.getByRole('combobox').fill(name);
    await quick.getByRole('option').filter({ hasText: name }).first().click();
    await expect(this.title).toHaveText(name);
    await this.settled();
    return this.front;
  }

  /** Filters customers by a text of the language; the answer is the view Customers. */
  async filter(text: string): Promise<Locator> {
    const view = await this.view('Customers');
    const filter = view.getByRole('combobox', { name: 'Filter' });
    await filter.fill(text);
    // Completions stand open while a name is typed; Escape closes them and keeps the text.
    if ((await filter.getAttribute('aria-expanded')) === 'true') await filter.press('Escape');
    await view.getByRole('button', { name: 'Apply' }).click();
    await expect(view.getByRole('button', { name: 'Clear' })).toBeVisible();
    await this.settled();
    return view;
  }

  /** The rows of a table that are drawn, header left out, each as the texts of its cells. */
  async rows(name: string | RegExp, within: Locator = this.page.locator('body')): Promise<string[][]> {
    const rows = within.getByRole('grid', { name }).locator('.grid-body').getByRole('row');
    await expect(rows.first()).toBeVisible();
    return rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('[role=gridcell]')].map((cell) => (cell.textContent ?? '').trim())),
    );
  }

  /** The data of a chart, read from its table twin; the chart is shown again afterwards. */
  async twin(chart: string | RegExp): Promise<string[][]> {
    const figure = this.front.getByRole('figure', { name: chart });
    await figure.getByRole('button', { name: /^Show table/ }).click();
    const rows = await figure
      .getByRole('table')
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())));
    await figure.getByRole('button', { name: /^Show chart/ }).click();
    return rows;
  }

  /** Waits until a view is drawn and nothing in the window has been loading for a moment. */
  async settled(): Promise<void> {
    let quiet = 0;
    await expect
      .poll(
        async () => {
          const busy = await this.page.evaluate(() => {
            const loading = [...document.querySelectorAll('[aria-busy="true"], .state-loading, .status .busy')];
            const view = [...document.querySelectorAll('main .view')].find((element) => element.checkVisibility());
            return (
              loading.some((element) => element.checkVisibility()) ||
              (view !== undefined && view.childElementCount === 0)
            );
          });
          quiet = busy ? 0 : quiet + 1;
          return quiet;
        },
        { intervals: [80], timeout: 30_000, message: 'the window comes to rest' },
      )
      .toBeGreaterThan(3);
  }

  /** Drops real files on the window by the browser's own drag events. */
  async drop(paths: readonly string[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    const at = { x: 700, y: 400 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    }
    await session.detach();
  }

  /** What axe-core finds against WCAG 2.2 A and AA and its best practice: rule, elements and why. */
  async violations(): Promise<string[]> {
    const result = await new AxeBuilder({ page: this.page })
      .setLegacyMode(true)
      // The thousands of elements that pass need no selectors of their own.
      .options({ resultTypes: ['violations'] })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    return result.violations.map(
      (v) =>
        `${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} (${n.failureSummary?.split('\n').slice(1).join(' ').trim() ?? ''})`).join(' | ')}`,
    );
  }

  /** No violations of WCAG 2.2 A and AA; the message names each rule and element. */
  async expectAccessible(what: string): Promise<void> {
    expect(await this.violations(), `${what} has no accessibility violations`).toEqual([]);
  }
}
