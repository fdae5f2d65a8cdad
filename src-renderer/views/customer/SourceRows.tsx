import { Answer, Sentence, formatNumber } from '../../kit/index.ts';
import { openLineage, useEngine } from '../../data/index.ts';

/** Lines read for one list; the tables of the customer have all of them. */
const SHOWN = 100;

/** The source lines of some rows, each a door to its file. */
export function SourceRows({ table, rows }: { table: string; rows: readonly string[] }) {
  return (
    <>
      {rows.length > SHOWN ? (
        <Sentence dim>
          The first {SHOWN} of {formatNumber(rows.length)} rows.
        </Sentence>
      ) : null}
      <ol className="lines source-rows">
        {rows.slice(0, SHOWN).map((id) => (
          <SourceRow key={id} table={table} id={id} />
        ))}
      </ol>
    </>
  );
}

function SourceRow({ table, id }: { table: string; id: string }) {
  const lineage = useEngine('lineage', { table, id });
  return (
    <li>
      <Answer of={lineage} what="Reading the line">
        {(found) => (
          <button type="button" className="line" onClick={() => openLineage({ table, id })}>
            <span className="dim">
              {found.file}:{found.line}
            </span>
            <span className="mono">{found.text.split('\n')[0]}</span>
          </button>
        )}
      </Answer>
    </li>
  );
}
