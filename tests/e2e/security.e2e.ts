import { expect, test } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;
const requests: string[] = [];

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
  bench.page.on('request', (request) => requests.push(request.url()));
  await bench.page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { violations: seen });
    document.addEventListener('securitypolicyviolation', (e) => seen.push(`${e.effectiveDirective}: ${e.blockedURI}`));
  });
});
test.afterAll(() => bench.close());

const violations = (): Promise<string[]> =>
  bench.page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);

test('the page has three frozen functions and nothing of Node', async () => {
  const found = await bench.page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, unknown>;
    const bridge = scope['ladderline'] as Record<string, unknown>;
    const names = Object.keys(bridge).sort();
    let changed = false;
    try {
      bridge['connect'] = null;
      bridge['more'] = 1;
    } catch {
      // A frozen object refuses in strict mode.
    }
    try {
      scope['ladderline'] = null;
    } catch {
      // A property of the main world that cannot be written.
    }
    const now = scope['ladderline'] as Record<string, unknown>;
    changed = now !== bridge || Object.keys(now).length !== 3 || typeof now['connect'] !== 'function';
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron'].filter(
        (name) => name in scope,
      ),
      names,
      kinds: names.map((name) => typeof bridge[name]),
      frozen: Object.isFrozen(bridge),
      changed,
    };
  });
  expect(found).toEqual({
    node: [],
    names: ['connect', 'drop', 'pick'],
    kinds: ['function', 'function', 'function'],
    frozen: true,
    changed: false,
  });
});

test('the window is sandboxed and isolated, without Node or web views', async () => {
  const preferences = await bench.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    const {
      sandbox,
      contextIsolation,
      nodeIntegration,
      nodeIntegrationInWorker,
      nodeIntegrationInSubFrames,
      webSecurity,
      webviewTag,
    } = (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
    return {
      sandbox,
      contextIsolation,
      nodeIntegration,
      nodeIntegrationInWorker,
      nodeIntegrationInSubFrames,
      webSecurity,
      webviewTag,
    };
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  expect([preferences.nodeIntegrationInWorker, preferences.nodeIntegrationInSubFrames].filter(Boolean)).toEqual([]);
  expect(preferences.webSecurity).not.toBe(false);
});

test('every view is shown without one violation of the policy and without a request that leaves the application', async () => {
  const already = await violations();
  requests.length = 0;
  for (const view of ['Imports', 'Customers', 'Ladder', 'NPS', 'Touches', 'Changes', 'Present', 'Report'])
    await bench.view(view);
  await bench.customer('Thalgrund Armaturen GmbH');
  await bench.page.getByRole('tab', { name: 'Ladder' }).click();
  await bench.settled();
  expect((await violations()).slice(already.length)).toEqual([]);
  expect(requests.filter((url) => !/^(app:\/\/workbench\/|blob:app:\/\/workbench\/|data:)/.test(url))).toEqual([]);
});

test('CONTROL: the policy refuses what it should, and says so', async () => {
  const already = (await violations()).length;
  const found = await bench.page.evaluate(async () => {
    const script = document.createElement('script');
    let trusted = 'refused';
    try {
      script.text = 'globalThis.ran = true';
      document.head.append(script);
      trusted = 'taken';
    } catch {
      // Trusted types refuse the text itself.
    }
    // What a debugger runs may evaluate text; what the page runs later may not.
    await new Promise((later) => setTimeout(later));
    let evaluated = 'refused';
    try {
      // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- the policy must refuse it
      new Function('return 1')();
      evaluated = 'ran';
    } catch {
      // Refused.
    }
    const outside = await fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    );
    const missing = await fetch('app://workbench/../package.json').then((answer) => answer.status);
    return { trusted, ran: 'ran' in globalThis, evaluated, outside, missing };
  });
  expect(found).toEqual({ trusted: 'refused', ran: false, evaluated: 'refused', outside: 'refused', missing: 404 });
  expect((await violations()).length).toBeGreaterThan(already);
});

test('no page can be reached, no window opened, no permission had', async () => {
  const before = bench.page.url();
  const found = await bench.page.evaluate(async () => {
    const link = document.createElement('a');
    link.href = 'https://example.com/';
    document.body.append(link);
    link.click();
    link.target = '_blank';
    link.click();
    link.remove();
    const opened = window.open('https://example.com/');
    const location = await new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('given'),
        (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : `error ${error.code}`),
      );
    });
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'given',
      (error: DOMException) => error.name,
    );
    const notifications = await Notification.requestPermission();
    return { opened: opened === null, location, camera, notifications };
  });
  expect(found.opened).toBe(true);
  expect(found.location).toBe('denied');
  expect(['NotAllowedError', 'NotFoundError']).toContain(found.camera);
  expect(found.notifications).toBe('denied');
  // Read from the page itself: locators would wait for the navigation that never happens.
  expect(await bench.page.evaluate(() => document.querySelector('footer')?.textContent)).toContain('423 customers');
  const windows = await bench.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((w) => w.webContents.getURL()),
  );
  expect(windows).toEqual([before]);
});
