import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { _electron, expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';

const checkout = join(import.meta.dirname, '..', '..');

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
  static async start(options: { args?: readonly string[]; profile?: string } = {}): Promise<Workbench> {
    const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'ladderline-e2e-'));
    const switches = (process.env['LADDERLINE_ELECTRON_SWITCHES'] ?? '').split(' ').filter((s) => s !== '');
    const app = await _electron.launch({
      ...(process.env['ELECTRON_EXEC_PATH'] ? { executablePath: process.env['ELECTRON_EXEC_PATH'] } : {}),
      args: [...switches, '--log-level=3', `--user-data-dir=${profile}`, checkout, ...(options.args ?? [])],
      env: { ...process.env } as Record<string, string>,
    });
    const page = await app.firstWindow();
    await page.getByRole('contentinfo').waitFor();
    return new Workbench(app, page, profile, options.profile === undefined);
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
    await this.app.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
    }, [...paths]);
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
    const palette = this.page.getByRole('dialog', { name: /command palette/i });
    await palette.getByRole('combobox').fill(`>${label}`);
    await palette.getByRole('option', { name: label }).first().click();
  }

  /** Opens a view by its activity bar button and waits until it has its answers. */
  async view(title: string): Promise<Locator> {
    await this.page.getByRole('navigation', { name: /activity/i }).getByRole('button', { name: title, exact: true }).click();
    await this.settled();
    return this.page.getByRole('tabpanel').first();
  }

  /** Waits until nothing in the window is loading. */
  async settled(): Promise<void> {
    await expect(this.page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 30_000 });
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

  /** No violations of WCAG 2.2 A and AA; the message names each rule and element. */
  async expectAccessible(what: string): Promise<void> {
    const result = await new AxeBuilder({ page: this.page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    const found = result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
    expect(found, `${what} has no accessibility violations`).toEqual([]);
  }
}
