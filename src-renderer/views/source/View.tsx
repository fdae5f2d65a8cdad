import { useEffect } from 'react';
import { Sentence } from '../../kit/controls.tsx';
import { formatNumber } from '../../kit/format.ts';
import { Answer } from '../../kit/states.tsx';
import { Crumbs } from '../../kit/slots.tsx';
import type { ViewProps } from '../../commands/index.ts';
import { useEngine } from '../../data/index.ts';
import './source.css';

const intoView = (line: HTMLLIElement | null): void => line?.scrollIntoView({ block: 'center' });

/** The line of an imported file that a value came from, with the lines around it, as kept when it was imported. */
export default function Source({ params, setTitle }: ViewProps) {
  const { batch, line, table, id } = params;
  const byRow = table !== undefined && id !== undefined;
  const lineage = useEngine('lineage', { table: table ?? '', id: id ?? '' }, { enabled: byRow });
  if (batch !== undefined && line !== undefined) return <Lines batch={batch} line={Number(line)} setTitle={setTitle} />;
  return (
    <Answer of={lineage} what="Finding the source line">
      {(found) => (
        <Lines
          batch={found.batch}
          line={found.line}
          setTitle={setTitle}
          {...(found.mapping ? { note: `Column “${found.mapping.column}” became ${found.mapping.field}.` } : {})}
        />
      )}
    </Answer>
  );
}

function Lines({
  batch,
  line,
  note,
  setTitle,
}: {
  batch: string;
  line: number;
  note?: string;
  setTitle: (title: string) => void;
}) {
  const lines = useEngine('sourceLines', { batch, line });
  const file = lines.data?.file;
  useEffect(() => {
    if (file !== undefined) setTitle(`${file}:${line}`);
  }, [file, line, setTitle]);
  return (
    <Answer of={lines} what="Reading the source file">
      {(report) => (
        <div className="source">
          <Crumbs items={[`import ${report.batch}`, `line ${formatNumber(report.focus)}`]} />
          <Sentence dim>
            The file as it was when it was imported, around line {formatNumber(report.focus)}.{note ? ` ${note}` : ''}
          </Sentence>
          <ol
            className="source-lines"
            tabIndex={0}
            aria-label={`${report.file}, lines ${report.first} to ${report.first + report.lines.length - 1}`}
          >
            {report.lines.map((text, i) => {
              const number = report.first + i;
              return (
                <li
                  key={number}
                  ref={number === report.focus ? intoView : null}
                  aria-current={number === report.focus ? 'true' : undefined}
                >
                  <span className="source-number">{number}</span>
                  <code>{text === '' ? '\u00a0' : text}</code>
                </li>
              );
            })}
          </ol>
        </div>
      )}
    </Answer>
  );
}
