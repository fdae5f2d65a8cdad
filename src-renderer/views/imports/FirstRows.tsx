import { useMemo } from 'react';
import { Check, DataTable, formatCount, Icon, Isolated } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import type { Preview } from './edits.ts';
import { fieldName, MASK } from './words.ts';

type Row = Preview['rows'][number];

const FATES: Readonly<Record<Row['fate'], string>> = {
  used: 'loaded',
  skipped: 'skipped',
  rejected: 'rejected',
  open: 'open',
};

/** The first rows: each cell as it is written and what it becomes, read by the code that imports it. */
export function FirstRows({
  preview,
  reveal,
  onReveal,
}: {
  preview: Preview;
  reveal: boolean;
  onReveal: (reveal: boolean) => void;
}) {
  const columns = useMemo(() => columnsOf(preview, reveal), [preview, reveal]);
  const hidden = preview.columns.filter((c) => c.sensitive).length;
  return (
    <DataTable<Row>
      id="imports.first"
      label={`First rows of ${preview.file}`}
      columns={columns}
      rows={preview.rows}
      rowKey={(r) => String(r.line)}
      toolbar={
        <>
          <span className="dim">As written, then what it becomes.</span>
          {hidden > 0 ? (
            <Check label={`Show ${formatCount(hidden, 'sensitive column')}`} checked={reveal} onChange={onReveal} />
          ) : null}
        </>
      }
      empty={{ title: 'No row', needs: 'The file has a header and no rows.' }}
    />
  );
}

function columnsOf(preview: Preview, reveal: boolean): Column<Row>[] {
  return [
    { id: 'line', header: 'Line', kind: 'number', size: 52, value: (r) => r.line },
    {
      id: 'fate',
      header: 'Row is',
      size: 92,
      meaning: 'Whether the row would be loaded, and why not',
      value: (r) => (r.reason === null ? FATES[r.fate] : `${FATES[r.fate]}: ${r.reason}`),
      cell: (r) => (
        <span className={r.fate === 'rejected' ? 'warning-text' : 'dim'} title={r.reason ?? undefined}>
          {r.fate === 'rejected' ? <Icon name="warning" /> : null} {FATES[r.fate]}
        </span>
      ),
    },
    ...preview.columns.map((column, at): Column<Row> => {
      const masked = column.sensitive && !reveal;
      const [field] = column.fields;
      const becomes = (r: Row): string | null => {
        const value = r.mapped[at] ?? null;
        return value === null || value === r.cells[at]?.trim() ? null : value;
      };
      return {
        id: `${at} ${column.header}`,
        header: `${column.sensitive ? '\u{1F512} ' : ''}${column.header}${field === undefined ? '' : ` → ${fieldName(field)}`}`,
        meaning: `${column.type}: ${column.typeWhy}${field === undefined ? '; kept as an attribute' : `; becomes ${column.fields.join(', ')}`}`,
        size: !masked && preview.rows.slice(0, 20).some((r) => becomes(r) !== null) ? 250 : 150,
        value: (r) => {
          const raw = r.cells[at] ?? '';
          if (raw === '') return null;
          if (masked) return MASK;
          const value = becomes(r);
          return value === null ? raw : `${raw} → ${value}`;
        },
        cell: (r) => {
          const raw = r.cells[at] ?? '';
          if (raw === '') return <span className="dim">—</span>;
          if (masked) return <span aria-label="hidden, sensitive">{MASK}</span>;
          const value = becomes(r);
          const wrong = r.fate === 'rejected' && r.column === column.header;
          return (
            <span className={wrong ? 'warning-text' : undefined} title={wrong ? (r.reason ?? undefined) : undefined}>
              {wrong ? <Icon name="warning" /> : null}
              <Isolated text={raw} />
              {value === null ? null : (
                <span className="imports-becomes">
                  {' '}
                  → <Isolated text={value} />
                </span>
              )}
            </span>
          );
        },
      };
    }),
  ];
}
