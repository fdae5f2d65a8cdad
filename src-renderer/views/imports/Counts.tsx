import { formatCount, formatNumber, Icon } from '../../kit/index.ts';
import type { Checked } from './queue.ts';
import { entityName } from './words.ts';

/** What an import would do, before anything is written. */
export function Counts({ checked, done }: { checked: Checked; done: boolean }) {
  return (
    <div className="imports-dry">
      {checked.already ? (
        <p className="warning-text" role="status">
          <Icon name="warning" /> {checked.already.message}
        </p>
      ) : null}
      <table
        className="plain-table imports-counts"
        aria-label={done ? 'What the import did' : 'What the import would do'}
      >
        <thead>
          <tr>
            <th scope="col">Rows become</th>
            <th scope="col" className="num">
              Created
            </th>
            <th scope="col" className="num">
              Changed
            </th>
            <th scope="col" className="num">
              Unchanged
            </th>
          </tr>
        </thead>
        <tbody>
          {checked.entities.map((e) => (
            <tr key={e.entity}>
              <th scope="row">{entityName(e.entity, 2)}</th>
              <td className="num">{formatNumber(e.created)}</td>
              <td className="num">{formatNumber(e.updated)}</td>
              <td className="num">{formatNumber(e.unchanged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="imports-sum dim">
        {formatCount(checked.read, 'row')} read: {formatNumber(checked.used)} used, {formatNumber(checked.skipped)}{' '}
        skipped on purpose, {formatNumber(checked.rejected)} rejected.{done ? '' : ' Nothing is written before Import.'}
      </p>
    </div>
  );
}
