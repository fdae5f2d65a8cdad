import type { Result } from '#contract/api.ts';
import { Direction } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { directionOf } from '../../kit/figures/moves.ts';

type Moved = Pick<Result<'definitionPreview'>['rows'][number], 'name' | 'from' | 'to' | 'revenue12m'>;

/** Columns of a list of customers who stand elsewhere by other rules. */
export function movedColumns<Row extends Moved>(
  header: string,
  size: number,
  onOpen: (row: Row) => void,
): readonly Column<Row>[] {
  return [
    { id: 'name', header: 'Customer', value: (r) => r.name, size: 220, onOpen },
    {
      id: 'move',
      header,
      size,
      whole: true,
      value: (r) => `${r.from} to ${r.to}`,
      cell: (r) => (
        <>
          <Direction of={directionOf(r.from, r.to)} /> {r.from} → {r.to}
        </>
      ),
    },
    { id: 'revenue', header: 'Revenue 12 months', kind: 'money', value: (r) => r.revenue12m, size: 140 },
  ];
}
