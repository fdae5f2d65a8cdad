import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, copyText, Crumbs, formatNumber, Isolated, Sentence, ViewControls } from '../../kit/index.ts';
import { useViewCommands } from '../../commands/index.ts';
import type { Command, ViewProps } from '../../commands/index.ts';
import { useEngine } from '../../data/index.ts';
import { columnsOf, recordAt } from './record.ts';
import './source.css';

/** Lines shown before and after the one in question. */
const AROUND = 30;
const MOST_AROUND = 200;

/** The line of an imported file that a value came from, with the lines around it, as kept when it was imported. */
export default function Source({ params, active, setTitle }: ViewProps) {
  const { batch, line, table, id } = params;
  const byRow = table !== undefined && id !== undefined;
  const lineage = useEngine('lineage', { table: table ?? '', id: id ?? '' }, { enabled: byRow });
  if (batch !== undefined && line !== undefined)
    return <Lines key={`${batch} ${line}`} batch={batch} line={Number(line)} active={active} setTitle={setTitle} />;
  return (
    <Answer of={lineage} what="Finding the source line">
      {(found) => (
        <Lines
          key={`${found.batch} ${found.line}`}
          batch={found.batch}
          line={found.line}
          active={active}
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
  active,
  setTitle,
}: {
  batch: string;
  line: number;
  note?: string;
  active: boolean;
  setTitle: (title: string) => void;
}) {
  const [at, setAt] = useState(line);
  const [around, setAround] = useState(AROUND);
  const lines = useEngine('sourceLines', { batch, line: at, around });
  const head = useEngine('sourceLines', { batch, line: 1, around: AROUND });
  const file = lines.data?.file;
  const last = lines.data ? lines.data.first + lines.data.lines.length - 1 : line;
  const end = useRef(last);
  useEffect(() => {
    end.current = last;
  }, [last]);
  useEffect(() => {
    if (file !== undefined) setTitle(`${file}:${at}`);
  }, [file, at, setTitle]);
  const commands = useMemo(
    (): readonly Command[] => [
      {
        id: 'source.previous',
        label: 'Previous Line of the Source File',
        key: 'Alt+Up',
        run: () => setAt((now) => Math.max(1, now - 1)),
      },
      {
        id: 'source.next',
        label: 'Next Line of the Source File',
        key: 'Alt+Down',
        run: () => setAt((now) => Math.min(now + 1, end.current)),
      },
      { id: 'source.back', label: 'Back to the Line That Was Opened', run: () => setAt(line) },
    ],
    [line],
  );
  useViewCommands(active, commands);
  return (
    <Answer of={lines} what="Reading the source file">
      {(report) => {
        const record = recordAt(report.lines, report.focus - report.first);
        const columns = head.data ? columnsOf(head.data.lines, record, report.focus) : null;
        const atEnd = last <= report.focus;
        return (
          <div className="source" aria-busy={lines.isPlaceholderData}>
            <Crumbs items={[`import ${report.batch}`, `line ${formatNumber(report.focus)}`]} />
            <ViewControls>
              <Button
                icon="arrow-up"
                disabled={report.focus <= 1}
                title="Alt+Up"
                onClick={() => setAt(report.focus - 1)}
              >
                Previous line
              </Button>
              <Button icon="arrow-down" disabled={atEnd} title="Alt+Down" onClick={() => setAt(report.focus + 1)}>
                Next line
              </Button>
              <Button icon="copy" onClick={() => copyText(record)}>
                Copy record
              </Button>
            </ViewControls>
            <Sentence dim>
              {report.file} as it was when it was imported, line {formatNumber(report.focus)} and the lines around it.
              {note ? ` ${note}` : ''}
              {around < MOST_AROUND ? (
                <Button kind="quiet" onClick={() => setAround(MOST_AROUND)}>
                  Show more lines
                </Button>
              ) : null}
            </Sentence>
            <div className={columns ? 'source-parts source-both' : 'source-parts'}>
              <Around report={report} />
              {columns ? (
                <section className="source-record" aria-label={`Columns of line ${report.focus}`} tabIndex={0}>
                  <h2>Line {formatNumber(report.focus)} by column</h2>
                  <dl>
                    {columns.map(({ header, value }, i) => (
                      // oxlint-disable-next-line react/no-array-index-key -- two columns can have the same header
                      <div key={`${i} ${header}`}>
                        <dt>
                          <Isolated text={header} />
                        </dt>
                        <dd>
                          <Isolated text={value} />
                        </dd>
                      </div>
                    ))}
                  </dl>
                </section>
              ) : null}
            </div>
          </div>
        );
      }}
    </Answer>
  );
}

/** The lines of the file with the one in question in the middle. */
function Around({ report }: { report: Result<'sourceLines'> }) {
  const list = useRef<HTMLOListElement>(null);
  const { focus, first, lines, file } = report;
  useLayoutEffect(() => {
    // By hand: scrollIntoView would also move the window's parts sideways.
    const line = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && line) list.current.scrollTop = line.offsetTop - list.current.clientHeight / 2;
  }, [focus, first]);
  return (
    <ol
      ref={list}
      className="source-lines"
      tabIndex={0}
      aria-label={`${file}, lines ${first} to ${first + lines.length - 1}`}
    >
      {lines.map((text, i) => {
        const number = first + i;
        return (
          <li key={number} aria-current={number === focus ? 'true' : undefined}>
            <span className="source-number">{number}</span>
            <code>{text === '' ? '\u00a0' : <Isolated text={text} />}</code>
          </li>
        );
      })}
    </ol>
  );
}
