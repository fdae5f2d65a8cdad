import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import { Button, formatNumber, Icon, IconButton, Isolated, Select } from '../../kit/index.ts';
import { notify, runCommand, useEngine } from '../../data/index.ts';
import { Fields } from './Fields.tsx';
import type { Entity } from './Fields.tsx';
import { Typed } from './Typed.tsx';
import { failureOf } from './queue.ts';
import type { DateOrder } from './queue.ts';
import { ORDERS } from './Reading.tsx';

type Detail = Result<'importDetail'>;

/** Reads one column of a stored import as something else; the file itself is not needed, and it can be undone. */
export function Retype({ detail, header, onClose }: { detail: Detail; header: string; onClose: () => void }) {
  const catalogue = useEngine('profiles', {});
  const entities: readonly Entity[] = catalogue.data?.entities ?? [];
  const column = detail.columns.find((c) => c.header === header);
  const [before] = column?.fields ?? [];
  const entity = before?.entity ?? detail.columns.flatMap((c) => c.fields)[0]?.entity ?? 'party';
  const [field, setField] = useState(before ? `${before.entity}.${before.field}` : '');
  const [dateOrder, setDateOrder] = useState<DateOrder | ''>((before?.dateOrder as DateOrder | undefined) ?? '');
  const [decimal, setDecimal] = useState<'' | '.' | ','>((before?.decimal as '.' | ',' | undefined) ?? '');
  const [currency, setCurrency] = useState(before?.currency ?? '');
  const [zone, setZone] = useState(before?.zone ?? '');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const read = async (): Promise<void> => {
    setBusy(true);
    setFailed(null);
    try {
      const { used, rejected, batch } = await runCommand(
        'retype',
        {
          batch: detail.batch,
          column: header,
          as: {
            ...(field === '' ? {} : { field: field.slice(field.indexOf('.') + 1) }),
            ...(dateOrder === '' ? {} : { dateOrder }),
            ...(decimal === '' ? {} : { decimal }),
            ...(currency === '' ? {} : { currency }),
            ...(zone === '' ? {} : { zone }),
          },
        },
        { label: `Read ${header} of ${detail.file} again`, quiet: true },
      );
      notify({
        level: 'info',
        text: `Batch ${batch ?? detail.batch} read again: ${formatNumber(used)} rows used, ${formatNumber(rejected)} rejected. Undo in History takes it back.`,
      });
      onClose();
    } catch (error) {
      const { code, message } = failureOf(error);
      if (code !== 'cancelled') setFailed(message);
      setBusy(false);
    }
  };
  return (
    <aside className="imports-column" aria-label={`Read ${header} as something else`} aria-busy={busy}>
      <header className="imports-head">
        <h3>
          <Isolated text={header} />
        </h3>
        <IconButton icon="close" label={`Close ${header}`} onClick={onClose} />
      </header>
      <p className="dim">
        The stored bytes of {detail.file} are read again, in its place in the order of imports. What was imported later
        stays.
      </p>
      <span className="control">
        <label htmlFor="imports-retype-field">Field</label>
        <select
          id="imports-retype-field"
          className="select"
          value={field}
          disabled={busy}
          onChange={(e) => setField(e.target.value)}
        >
          {field === '' ? <option value="">attribute</option> : null}
          <Fields name={entity} entities={entities} chosen={field} />
        </select>
      </span>
      <Select<DateOrder | ''>
        label="Order of dates"
        value={dateOrder}
        disabled={busy}
        choices={ORDERS}
        onChange={setDateOrder}
      />
      <Select<'' | '.' | ','>
        label="Decimal mark"
        value={decimal}
        disabled={busy}
        choices={[
          { value: '', label: 'as detected' },
          { value: '.', label: 'point: 1,234.50' },
          { value: ',', label: 'comma: 1.234,50' },
        ]}
        onChange={setDecimal}
      />
      <Typed
        label="Currency of the amounts"
        value={currency}
        placeholder="as before"
        disabled={busy}
        check={(code) => (/^[A-Za-z]{3}$/.test(code) ? null : 'is not a code such as EUR')}
        onDone={(code) => setCurrency(code.toUpperCase())}
      />
      <Typed label="Time zone" value={zone} placeholder="as before" disabled={busy} onDone={setZone} />
      {failed ? (
        <p className="warning-text" role="alert">
          <Icon name="warning" /> {failed}
        </p>
      ) : null}
      <Button kind="primary" disabled={busy} onClick={() => void read()}>
        {busy ? 'Reading again' : 'Read again'}
      </Button>
    </aside>
  );
}
