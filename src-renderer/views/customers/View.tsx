import { useEffect, useMemo, useRef, useState } from 'react';
import type { Input, Result } from '#contract/api.ts';
import {
  Button,
  DataTable,
  ViewControls,
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatValue,
  moneyValue,
  toCsv,
  useRemembered,
} from '../../kit/index.ts';
import type { Column, MoneyLike, SortState } from '../../kit/index.ts';
import {
  engine,
  notify,
  notifyError,
  openCustomer,
  openView,
  pick,
  useEnginePages,
  useSelection,
  useWorkspace,
  whereOf,
} from '../../data/index.ts';
import { useViewCommands } from '../../commands/index.ts';
import type { Command, ViewProps } from '../../commands/index.ts';
import { Clauses } from './Clauses.tsx';
import { ColumnChooser } from './Columns.tsx';
import { Filter, FILTER_ID } from './Filter.tsx';
import { SqlDialog } from './Sql.tsx';
import './customers.css';

type Row = Result<'customers'>['rows'][number];
type Info = Result<'customers'>['columns'][number];

const DEFAULT = [
  'name',
  'rung',
  'revenue_12m',
  'last_purchase',
  'nps',
  'open_gap',
  'touch_class',
  'open_disputes',
  'owner',
  'region',
  'purchases',
  'lapsed',
];
const WIDTHS: Readonly<Record<string, number>> = {
  name: 230,
  rung: 104,
  owner: 126,
  region: 140,
  revenue12m: 150,
  nps: 84,
  openGap: 84,
  openDisputes: 110,
};
/** Rows of one question when the table is saved. */
const SAVE_PAGE = 5000;
/** True for every customer: a name is never unknown. */
const EVERYBODY = 'name is known';

const idOf = (row: Row): string => formatValue(row['customer'] as string, 'text');
const open = (row: Row): void =>
  openCustomer(idOf(row), formatValue((row['name'] ?? row['customer']) as string, 'text'));
const read = (report: Result<'customers'>): { total: number; rows: readonly Row[] } => report;

/** The customer table: every fact of the catalogue as a column, filtered in the language, over any number of customers. */
export default function Customers({ active }: ViewProps) {
  const clauses = useSelection((s) => s.clauses);
  const where = whereOf(clauses);
  const [columns, setColumns] = useRemembered<string[]>('customers.columns', DEFAULT);
  const [sort, setSort] = useState<SortState>(null);
  const [sql, setSql] = useState(false);
  const input = useMemo(
    () => ({
      columns: [...columns],
      ...(where === undefined ? {} : { where }),
      ...(sort === null ? {} : { sort: `${sort.id}${sort.desc ? ':desc' : ''}` }),
    }),
    [columns, where, sort],
  );
  const pages = useEnginePages('customers', input, read);
  const { report } = pages;
  const { status } = useWorkspace();
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
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  }, [input]);
  const commands = useMemo(
    (): readonly Command[] => [
      {
        id: 'customers.filter',
        label: 'Filter Customers',
        key: 'Ctrl+F',
        keywords: 'find search language',
        run: () => document.getElementById(FILTER_ID)?.focus(),
      },
      {
        id: 'customers.save',
        label: 'Save the Customer Table as CSV…',
        key: 'Ctrl+S',
        keywords: 'export download',
        run: () => save(latest.current),
      },
      {
        id: 'customers.sql',
        label: 'Show SQL of the Selection',
        keywords: 'query database statement',
        run: () => setSql(true),
      },
    ],
    [],
  );
  useViewCommands(active, commands);
  return (
    <div className="customers">
      <ViewControls>
        <ColumnChooser chosen={columns} standard={DEFAULT} onChange={setColumns} />
        <Button icon="save" onClick={() => void save(input)}>
          Save as CSV
        </Button>
      </ViewControls>
      <Filter />
      <Clauses onSql={() => setSql(true)} />
      {sql ? <SqlDialog where={where ?? EVERYBODY} onClose={() => setSql(false)} /> : null}
      <p className="finding" role="status">
        {report ? <Total report={report} all={status?.customers ?? null} filtered={where !== undefined} /> : ' '}
      </p>
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
            ? {
                title: 'No customer yet',
                needs: 'Customers come from the exports that name them: accounts, contacts, invoices, answers, calls.',
                action: { label: 'Go to imports', run: () => openView('imports') },
              }
            : { title: 'No customer', needs: 'No customer passes the selection as of this day.' }
        }
      />
    </div>
  );
}

/** How many customers pass, and how many a clause could not decide. */
function Total({ report, all, filtered }: { report: Result<'customers'>; all: number | null; filtered: boolean }) {
  const unknown = report.clauses.filter((c) => c.unknown > 0);
  return (
    <>
      {filtered && all !== null
        ? `${formatNumber(report.total)} of ${formatCount(all, 'customer')} as of ${formatDay(report.asOf)}.`
        : `${formatCount(report.total, 'customer')} as of ${formatDay(report.asOf)}.`}
      {report.unknown > 0 ? ` ${formatNumber(report.unknown)} left out because a value is unknown: ` : ''}
      {report.unknown > 0 ? unknown.map((c) => `${c.text} (${formatNumber(c.unknown)})`).join(', ') + '.' : ''}
    </>
  );
}

/** Asks for a file and writes every row of the table to it, page after page. */
async function save(input: NonNullable<Input<'customers'>>): Promise<void> {
  try {
    const [token] = await pick('save-csv');
    if (token === undefined) return;
    const lines: unknown[][] = [];
    let header: string[] = [];
    for (let offset = 0, total = 1; offset < total; offset += SAVE_PAGE) {
      const page = await engine.customers({ ...input, limit: SAVE_PAGE, offset });
      ({ total } = page);
      header = ['customer', ...page.columns.flatMap((c) => (c.type === 'money' ? [c.id, `${c.id}Currency`] : [c.id]))];
      for (const row of page.rows)
        lines.push([row['customer'], ...page.columns.flatMap((c) => cells(row[c.id], c.type === 'money'))]);
    }
    await engine.saveText({ token, text: toCsv([header, ...lines]) });
    notify({ level: 'info', text: `${formatCount(lines.length, 'customer')} saved.` });
  } catch (error) {
    notifyError(error, 'The customers were not saved');
  }
}

/** Money is a plain number and its currency in a column of its own; several currencies stand side by side as text. */
function cells(value: unknown, money: boolean): unknown[] {
  if (!money) return [value];
  const list = Array.isArray(value) ? (value as MoneyLike[]) : [];
  if (list.length > 1) return [formatMoney(list), list.map((m) => m.currency).join(' ')];
  return [moneyValue(list), list[0]?.currency ?? null];
}
