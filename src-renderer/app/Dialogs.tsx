import { useMemo, useState } from 'react';
import { isMac, keyText } from '../commands/keys.ts';
import { keysOf, useCommandTable } from '../commands/registry.ts';
import { Button, Segmented, Select, TextField } from '../kit/controls.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { engine, pick } from '../data/engine.ts';
import { notifyError } from '../data/notify.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { setAsOf, useAsOf } from '../data/workspace.ts';
import { showDialog, useWorkbench } from '../data/workbench.ts';
import { ranked } from './ranked.ts';

const close = (): void => showDialog(null);

export function Dialogs() {
  const dialog = useWorkbench((s) => s.dialog);
  switch (dialog) {
    case 'as-of':
      return <AsOfDialog />;
    case 'new-workspace':
      return <NewWorkspaceDialog />;
    case 'keys':
      return <KeySheet />;
    case 'about':
      return <About />;
    case null:
      return null;
  }
}

function AsOfDialog() {
  const { asOf, set } = useAsOf();
  const [day, setDay] = useState(asOf ?? '');
  const [busy, setBusy] = useState(false);
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(day);
  const choose = async (to: string | null): Promise<void> => {
    setBusy(true);
    try {
      await setAsOf(to);
      close();
    } catch {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="As-of day"
      width={420}
      onClose={close}
      footer={
        <>
          <Button disabled={busy || !set} onClick={() => void choose(null)}>
            Newest observed day
          </Button>
          <Button kind="primary" type="submit" form="as-of-form" disabled={busy || !valid}>
            Set day
          </Button>
        </>
      }
    >
      <form
        id="as-of-form"
        onSubmit={(e) => {
          e.preventDefault();
          if (valid) void choose(day);
        }}
      >
        <TextField
          label="Show everything as of"
          type="date"
          value={day}
          onChange={setDay}
          autoFocus
          error={day !== '' && !valid ? 'Write the day as year, month and day, for example 2026-09-30.' : null}
          hint="Events after this day do not exist for any figure. The day holds for the whole workspace and can be undone."
        />
      </form>
    </Dialog>
  );
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function NewWorkspaceDialog() {
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((z) => z !== 'UTC')], []);
  const [unit, setUnit] = useState<'company' | 'person'>('company');
  const [currency, setCurrency] = useState('EUR');
  const [timezone, setTimezone] = useState(Intl.DateTimeFormat('en').resolvedOptions().timeZone || 'UTC');
  const [month, setMonth] = useState('1');
  const valid = /^[A-Z]{3}$/.test(currency);
  const create = async (): Promise<void> => {
    const [token] = await pick('new-workspace');
    if (token === undefined) return;
    try {
      const info = await engine.workspaceNew({ token, unit, currency, timezone, fiscalYearStart: Number(month) });
      close();
      useOpenWorkspace.getState().opened(info);
    } catch (error) {
      notifyError(error, 'The workspace was not made');
    }
  };
  return (
    <Dialog
      title="New workspace"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-workspace-form" disabled={!valid}>
            Choose where to keep it…
          </Button>
        </>
      }
    >
      <form
        id="new-workspace-form"
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (valid) void create();
        }}
      >
        <div className="control">
          <span className="control-label">A customer is</span>
          <Segmented
            label="A customer is"
            value={unit}
            onChange={setUnit}
            choices={[
              { value: 'company', label: 'a company' },
              { value: 'person', label: 'a person' },
            ]}
          />
          <span className="field-hint">
            {unit === 'company'
              ? 'People belong to companies and what they do counts for the company.'
              : 'Each person is a customer; the company is an attribute.'}
          </span>
        </div>
        <TextField
          label="Currency"
          value={currency}
          onChange={(v) => setCurrency(v.toUpperCase())}
          maxLength={3}
          error={valid ? null : 'Three letters of ISO 4217, for example EUR.'}
          hint="For amounts that name none."
        />
        <Select
          label="Time zone"
          value={timezone}
          onChange={setTimezone}
          choices={zones.map((z) => ({ value: z, label: z }))}
        />
        <Select
          label="The fiscal year starts in"
          value={month}
          onChange={setMonth}
          choices={MONTHS.map((m, i) => ({ value: String(i + 1), label: m }))}
        />
      </form>
    </Dialog>
  );
}

function KeySheet() {
  const commands = useCommandTable((s) => s.commands);
  const [needle, setNeedle] = useState('');
  const mac = isMac();
  const keyed = commands.filter((c) => keysOf(c).length > 0).sort((a, b) => (a.label < b.label ? -1 : 1));
  const rows = ranked(keyed, needle.trim(), (c) => `${c.label} ${c.keywords ?? ''} ${keysOf(c).join(' ')}`);
  return (
    <Dialog title="Keyboard shortcuts" onClose={close} width={640}>
      <TextField label="Find a command or a key" value={needle} onChange={setNeedle} autoFocus />
      <table className="key-table">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col">Keys</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((c) => (
            <tr key={c.id}>
              <th scope="row">{c.label}</th>
              <td>
                {keysOf(c).map((k) => (
                  <kbd key={k}>{keyText(k, mac)}</kbd>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>In tables</h3>
      <p className="sentence">
        Arrow keys move from cell to cell, Home and End within the row, Ctrl+Home and Ctrl+End to the first and last
        row. Enter opens the row, on a header it sorts. Shift with the arrow keys marks rows; Ctrl+C copies them with
        headers. Shift+Left and Shift+Right on a header change the width of its column, Ctrl+Shift+Left and
        Ctrl+Shift+Right move it.
      </p>
    </Dialog>
  );
}

function About() {
  return (
    <Dialog title="About Ladderline" onClose={close} width={420}>
      <p className="sentence">
        Ladderline is an offline workbench for marketing and sales analysts. It reads the exports that sales, marketing,
        accounts and service already have, and shows every customer’s rung, NPS and touch rhythm.
      </p>
      <p className="sentence dim">MIT License. Nothing leaves this machine: the program opens no network connection.</p>
    </Dialog>
  );
}
