import { useMemo, useState } from 'react';
import type { Result } from '#contract/api.ts';
import { Button, DataTable, ViewControls, formatCount, formatMoney, formatValue, formatNumber, toCsv, useRemembered } from '../../kit/index.ts';
import type { Column, SortState } from '../../kit/index.ts';
import { engine, notify, notifyError, openCustomer, openView, pick, useEnginePages, useSelection, whereOf } from '../../data/index.ts';
import { ColumnChooser } from './Columns.tsx';
import { Filter } from './Filter.tsx';
import './customers.css';

type Row = Result<'customers'>['rows'][number];
type Info = Result<'customers'>['columns'][number];

const DEFAULT = ['name', 'rung', 'lapsed', 'owner', 'region', 'revenue_12m', 'purchases', 'last_purchase', 'nps', 'open_gap', 'touch_class', 'open_disputes'];
const WIDTHS: Readonly<Record<string, number>> = { name: 240, owner: 150, region: 130, revenue12m: 130 };
/** Rows of one question when the table is saved. */
const SAVE_PAGE = 5000;

const idOf = (row: Row): string => formatValue(row['customer'] as string, 'text');
const open = (row: Row): void => openCustomer(idOf(row), formatValue((row['name'] ?? row['customer']) as string, 'text'));
const read = (report: Result<'customers'>): { total: number; rows: readonly Row[] } => report;

/** The customer table: every fact of the catalogue as a column, filtered in the language, over any number of customers. */
export default function Customers() {
  const clauses = useSelection((s) => s.clauses);
  const where = whereOf(clauses);
  const [columns, setColumns] = useRemembered<string[]>('customers.columns', DEFAULT);
  const [sort, setSort] = useState<SortState>(null);
  const input = useMemo(
    () => ({ columns: [...columns], ...(where === undefined ? {} : { where }), ...(sort === null ? {} : { sort: `${sort.id}${sort.desc ? ':desc' : ''}` }) }),
    [columns, where, sort],
  );
  const pages = useEnginePages('customers', input, read);
  const { report } = pages;
  const described = JSON.stringify(report?.columns ?? []);
  const shown = useMemo(
    (): Column<Row>[] =>
      (JSON.parse(described) as Info[]).map((c) => ({
        id: c.id,
        header: c.label,
        meaning: c.meaning,
        kind: c.type,
        value: (row) => row[c.id] as never,
        ...(WIDTHS[c.id] === undefined ? {} : { size: WIDTHS[c.id]! }),
        ...(c.id === 'name' ? { onOpen: open } : {}),
      })),
    [described],
  );
  const save = async (): Promise<void> => {
    const [token] = await pick('save-csv');
    if (token === undefined) return;
    try {
      const rows: unknown[][] = [];
      let infos: readonly Info[] = [];
      for (let total = 1; rows.length < total; ) {
        const page = await engine.customers({ ...input, limit: SAVE_PAGE, offset: rows.length });
        ({ total } = page);
        infos = page.columns;
        if (page.rows.length === 0) break;
        rows.push(...page.rows.map((row) => ['customer', ...infos.map((c) => c.id)].map((id) => plain(row[id]))));
      }
      await engine.saveText({ token, text: toCsv([['customer', ...infos.map((c) => c.id)], ...rows]) });
      notify({ level: 'info', text: `Saved ${formatCount(rows.length, 'customer')}.` });
    } catch (error) {
      notifyError(error, 'Save customers');
    }
  };
  const unknown = report?.clauses.filter((c) => c.unknown > 0) ?? [];
  return (
    <div className="customers">
      <ViewControls>
        <ColumnChooser chosen={columns} onChange={setColumns} />
        <Button icon="save" onClick={() => void save()}>
          Save as CSV
        </Button>
      </ViewControls>
      <Filter />
      {report && report.unknown > 0 ? (
        <p className="finding" role="status">
          {formatCount(report.unknown, 'customer')} left out because a value is unknown: {unknown.map((c) => `${c.text} (${formatNumber(c.unknown)})`).join(', ')}.
        </p>
      ) : null}
      <DataTable<Row>
        id="customers"
        label="Customers"
        columns={shown}
        {...pages}
        rowKey={idOf}
        sort={sort}
        onSort={setSort}
        onOpen={open}
        empty={
          where === undefined
            ? { title: 'No customer yet', needs: 'Customers come from the exports that name them: accounts, contacts, invoices, answers, calls.', action: { label: 'Go to imports', run: () => openView('imports') } }
            : { title: 'No customer', needs: 'No customer passes the selection as of this day.' }
        }
      />
    </div>
  );
}

function plain(value: unknown): unknown {
  return Array.isArray(value) ? formatMoney(value as never) : value;
}
