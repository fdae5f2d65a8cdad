import { useMemo, useState } from 'react';
import { DataTable } from '../../kit/table/DataTable.tsx';
import type { Column, SortState } from '../../kit/table/types.ts';
import type { Result } from '#contract/api.ts';
import { useEnginePages } from '../../data/query.ts';
import { openCustomer } from '../../data/workbench.ts';

type Row = Result<'customers'>['rows'][number];
type ColumnInfo = Result<'customers'>['columns'][number];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Customers that a clause of the language keeps, as the customer table shows them. */
export function CustomerList({
  title,
  where,
  asOf,
}: {
  title: string;
  where?: string | undefined;
  asOf?: string | undefined;
}) {
  const [sort, setSort] = useState<SortState>(null);
  const pages = useEnginePages<'customers', Row>(
    'customers',
    {
      ...(where === undefined ? {} : { where }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(sort === null ? {} : { sort: `${sort.id}${sort.desc ? ':desc' : ''}` }),
    },
    (report) => report,
  );
  const described = JSON.stringify(pages.report?.columns ?? []);
  const columns = useMemo(
    (): Column<Row>[] =>
      (JSON.parse(described) as ColumnInfo[]).map((c) => ({
        id: c.id,
        header: c.label,
        meaning: c.meaning,
        kind: c.type,
        value: (row) => row[c.id] as never,
      })),
    [described],
  );
  return (
    <DataTable<Row>
      id="list.customers"
      label={title}
      toolbar={<h3 className="list-title">{title}</h3>}
      columns={columns}
      {...pages}
      rowKey={(row) => textOf(row['customer'])}
      sort={sort}
      onSort={setSort}
      onOpen={(row) => openCustomer(textOf(row['customer']), textOf(row['name'] ?? row['customer']))}
      empty={{ title: 'No customer', needs: 'No customer meets this condition as of the day shown.' }}
    />
  );
}
