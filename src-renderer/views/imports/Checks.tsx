import { EmptyState, formatCount, formatNumber, Icon, Isolated } from '../../kit/index.ts';
import type { Checked, Item } from './queue.ts';
import { stepWords } from './Steps.tsx';
import { entityName } from './words.ts';

/** How many things a person should look at before an import. */
export function checkCount(checked: Checked | null): number {
  if (!checked) return 0;
  const off = (checked.control ?? []).filter((c) => Number(c.difference) !== 0).length;
  const failed = (checked.recipe ?? []).filter((s) => s.failed > 0).length;
  const missing = (checked.missing?.rows ?? 0) > 0 ? 1 : 0;
  return off + failed + missing + checked.drift.lines.length + checked.unresolved.length;
}

/** What the file says about itself and against earlier ones: control totals, drift, missing rows, unresolved keys, the recipe. */
export function Checks({ item }: { item: Item }) {
  const { checked } = item;
  if (!checked)
    return (
      <EmptyState
        title="Not checked yet"
        needs="The check compares the totals that the file states with what would be loaded, and the file with the last one of its kind. Nothing is written."
      />
    );
  const { drift, missing, unresolved } = checked;
  const control = checked.control ?? [];
  const recipe = checked.recipe ?? [];
  const steps = item.overrides.edits?.recipe ?? item.preview?.mapping?.recipe ?? [];
  return (
    <div className="imports-checks">
      <section aria-label="Control totals">
        <h3>Control totals</h3>
        {control.length === 0 ? (
          <p className="dim">The file states no total and no number of records.</p>
        ) : (
          <ControlTable control={control} />
        )}
      </section>
      <section aria-label="Changes since the last file">
        <h3>Since the last file of its kind</h3>
        {drift.against === null ? (
          <p className="dim">It is the first of its kind.</p>
        ) : drift.lines.length === 0 ? (
          <p className="dim">Nothing stands out against {drift.against.file}.</p>
        ) : (
          <ul className="imports-list">
            {drift.lines.map((line, i) => (
              // oxlint-disable-next-line react/no-array-index-key -- a line is known by its place
              <li key={i}>
                <Icon name="warning" /> <Isolated text={line.message} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {missing ? (
        <section aria-label="Rows missing">
          <h3>Missing since the last full export</h3>
          {missing.against === null ? (
            <p className="dim">No full export of its kind was imported before.</p>
          ) : missing.rows === 0 ? (
            <p className="dim">Every row of {missing.against.file} is in this file.</p>
          ) : (
            <>
              <p className="warning-text">
                <Icon name="warning" /> {formatCount(missing.rows, 'row')} of {missing.against.file} (batch{' '}
                {missing.against.batch}) {missing.rows === 1 ? 'is' : 'are'} not in this file. They are flagged, never
                deleted.
              </p>
              <p className="dim">
                {missing.samples.map((s) => `${s.name ?? s.key} (${s.key})`).join(', ')}
                {missing.rows > missing.samples.length ? ' and others' : ''}
              </p>
            </>
          )}
        </section>
      ) : null}
      <section aria-label="Unresolved keys">
        <h3>Keys that nothing describes yet</h3>
        {unresolved.length === 0 ? (
          <p className="dim">Everyone the rows name is described by this file or by one that was imported.</p>
        ) : (
          <ul className="imports-list">
            {unresolved.map((u) => (
              <li key={u.entity}>
                <Icon name="warning" /> {formatNumber(u.rows)} {entityName(u.entity, u.rows)} name{' '}
                {formatCount(u.keys, 'key')} of customers that nothing describes yet, such as {u.samples.join(', ')}. A
                later import of customers repairs them.
              </li>
            ))}
          </ul>
        )}
      </section>
      {recipe.length > 0 ? (
        <section aria-label="Cleaning steps">
          <h3>Cleaning steps</h3>
          <ul className="imports-list">
            {recipe.map((step, i) => (
              <li key={step.step} className={step.failed > 0 ? 'warning-text' : undefined}>
                Step {step.step}, {step.column}: {steps[i] ? stepWords(steps[i]) : step.op};{' '}
                {formatNumber(step.changed)} of {formatCount(step.values, 'value')} changed
                {step.failed > 0 && step.sample
                  ? `, ${formatNumber(step.failed)} not treated: “${step.sample.value}” on line ${step.sample.line} ${step.sample.why}`
                  : ''}
                .
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

/** Totals that a file states beside those that were loaded. */
export function ControlTable({ control }: { control: NonNullable<Checked['control']> }) {
  return (
    <table className="plain-table" aria-label="Control totals">
      <thead>
        <tr>
          <th scope="col">Total of</th>
          <th scope="col" className="num">
            Line
          </th>
          <th scope="col" className="num">
            Stated
          </th>
          <th scope="col" className="num">
            Loaded
          </th>
          <th scope="col" className="num">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {control.map((c) => (
          <tr key={`${c.line} ${c.column ?? ''}`}>
            <th scope="row">{c.column ?? c.what}</th>
            <td className="num">{c.line}</td>
            <td className="num">{c.stated}</td>
            <td className="num">{c.loaded}</td>
            <td className={Number(c.difference) === 0 ? 'num' : 'num warning-text'}>
              {Number(c.difference) === 0 ? 'none' : c.difference}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
