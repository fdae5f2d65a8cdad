import { Button, Check, formatCount, formatNumber, Icon, Select, TextField, useRemembered } from '../../kit/index.ts';
import type { Choice } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';
import type { Preview } from './edits.ts';
import { useQueue } from './queue.ts';
import type { Change, DateOrder, Item, Layout } from './queue.ts';
import { entityName } from './words.ts';

export const ORDERS: readonly Choice<DateOrder | ''>[] = [
  { value: '', label: 'as detected' },
  { value: 'dmy', label: 'day month year' },
  { value: 'mdy', label: 'month day year' },
  { value: 'ymd', label: 'year month day' },
];
const ORDER_WORDS: Readonly<Record<string, string>> = { dmy: 'day first', mdy: 'month first', ymd: 'year first' };
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
const ENCODINGS: readonly NonNullable<Layout['encoding']>[] = [
  'utf-8',
  'cp1252',
  'latin1',
  'utf-16-le',
  'utf-16-be',
  'cp1250',
  'cp1251',
  'cp1253',
  'cp1254',
  'iso-8859-2',
  'koi8-r',
  'shift-jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
];

/** What was found in the file and why, in sentences. */
export function Detected({ preview }: { preview: Preview }) {
  // A file that waits for the order of its dates says so above.
  const doubts = preview.problem ? [] : preview.columns.filter((c) => c.ambiguous);
  const dated = preview.columns.filter((c) => c.dateOrder !== null);
  const telling = dated.find((c) => c.dateOrder !== 'ymd') ?? dated[0];
  const parts = [
    preview.profile
      ? `Recognised as ${preview.profile.id} (${formatNumber(preview.profile.confidence * 100, { decimals: 0 })} % sure): ${preview.profile.why}.`
      : 'Not an export that is known; the fields of its columns are proposed from headers and values.',
    `${preview.whole ? formatCount(preview.seen, 'row') : `More than ${formatCount(preview.seen, 'row')}`} of ${formatCount(preview.columns.length, 'column')}, ${writtenAs(preview)}, ${headerWords(preview)}.`,
    telling ? `Dates ${ORDER_WORDS[telling.dateOrder!]}: ${telling.typeWhy} (${telling.header}).` : '',
    preview.whole ? '' : 'Decided on the beginning of the file; the check decides on all rows.',
  ];
  return (
    <>
      <p className="finding">{parts.filter((p) => p !== '').join(' ')}</p>
      {doubts.length > 0 ? (
        <p className="warning-text">
          <Icon name="warning" /> Undecided: {doubts.map((c) => `${c.header} (${c.typeWhy})`).join(', ')}. Choose how it
          is read, for the file below or for the column under Columns.
        </p>
      ) : null}
    </>
  );
}

/** How the file is written: text, a sheet of a workbook, JSON. */
function writtenAs(preview: Preview): string {
  if (preview.format === 'json') return `JSON (${preview.notes[0]?.why ?? 'records'})`;
  if (preview.format === 'xlsx') {
    const others = preview.sheets.length - 1;
    return `sheet “${preview.sheet ?? ''}” of a workbook${others > 0 ? ` with ${formatCount(others, 'other sheet')}` : ''}`;
  }
  return `${preview.encoding}${preview.bom ? ' with byte order mark' : ''} (${preview.encodingWhy}), ${DELIMITERS[preview.delimiter] ?? preview.delimiter} separated`;
}

function headerWords({ headerRows, preambleRecords }: Preview): string {
  const header = headerRows === 0 ? 'no header' : headerRows === 1 ? 'one header row' : `${headerRows} header rows`;
  const before = preambleRecords > 0 ? ` after ${formatCount(preambleRecords, 'line')} of preamble` : '';
  return `${header}${before}`;
}

/** How the file is read, to be overruled. */
export function Reading({ item, preview }: { item: Item; preview: Preview }) {
  const { override } = useQueue.getState();
  const catalogue = useEngine('profiles', {});
  const [open, setOpen] = useRemembered('imports.written', false);
  const { overrides } = item;
  const { token, name } = item.file;
  const set = (change: Change): void => override(token, change);
  const entities = preview.mapping?.entities.map((e) => entityName(e.entity)) ?? [];
  return (
    <div className="imports-reading">
      <div className="imports-options">
        <Select
          inline
          label="read as"
          value={overrides.profile ?? ''}
          choices={[
            { value: '', label: preview.profile ? `${preview.profile.title} (detected)` : 'no known export' },
            ...(catalogue.data?.profiles ?? []).map((p) => ({ value: p.id, label: p.title })),
          ]}
          onChange={(value) => set({ profile: value === '' ? undefined : value, as: undefined })}
        />
        <Select
          inline
          label="a row is"
          value={overrides.as ?? ''}
          choices={[
            {
              value: '',
              label: entities.length > 0 && overrides.as === undefined ? entities.join(' and ') : 'as detected',
            },
            ...(catalogue.data?.entities ?? []).map((e) => ({ value: e.name as string, label: entityName(e.name) })),
          ]}
          onChange={(value) => set({ as: value === '' ? undefined : value, profile: undefined })}
        />
        {preview.sheets.length > 1 ? (
          <Select
            inline
            label="sheet"
            value={overrides.sheet ?? ''}
            choices={[
              {
                value: '',
                label: overrides.sheet === undefined ? `${preview.sheet ?? ''} (detected)` : 'as detected',
              },
              ...preview.sheets.map((s) => ({ value: s.name, label: s.hidden ? `${s.name} (hidden)` : s.name })),
            ]}
            onChange={(value) => set({ sheet: value === '' ? undefined : value })}
          />
        ) : null}
        <Select
          inline
          label="dates"
          value={overrides.dateOrder ?? ''}
          choices={ORDERS}
          onChange={(value) => set({ dateOrder: value === '' ? undefined : value })}
        />
        <TextField
          label="source"
          className="imports-source"
          value={overrides.source ?? ''}
          placeholder={preview.source ?? name.replace(/\.[^.]+$/, '')}
          onChange={(source) => set({ source: source === '' ? undefined : source })}
        />
        <Check
          label="full export"
          checked={overrides.snapshot ?? preview.snapshot}
          onChange={(on) =>
            set({ snapshot: on === preview.snapshot && overrides.snapshot === undefined ? undefined : on })
          }
        />
        {preview.format === 'text' ? (
          <Button
            kind="quiet"
            icon={open ? 'chevron-down' : 'chevron-right'}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            How it is written
          </Button>
        ) : null}
      </div>
      {open && preview.format === 'text' ? (
        <Written preview={preview} overrides={overrides.layout ?? {}} set={set} />
      ) : null}
    </div>
  );
}

function Written({ preview, overrides, set }: { preview: Preview; overrides: Layout; set: (change: Change) => void }) {
  const change = (part: { [K in keyof Layout]?: Layout[K] | undefined }): void => {
    const layout = Object.fromEntries(
      Object.entries({ ...overrides, ...part }).filter(([, value]) => value !== undefined),
    ) as Layout;
    set({ layout: Object.keys(layout).length === 0 ? undefined : layout });
  };
  const found = (told: unknown, word: string): Choice<string> => ({
    value: '',
    label: told === undefined ? `${word} (detected)` : 'as detected',
  });
  const count = (value: string): number | undefined => (value === '' ? undefined : Number(value));
  const numbers = (most: number): Choice<string>[] =>
    Array.from({ length: most + 1 }, (_, n) => ({ value: String(n), label: String(n) }));
  return (
    <div className="imports-options" role="group" aria-label="How the file is written">
      <Select
        inline
        label="encoding"
        value={overrides.encoding ?? ''}
        choices={[found(overrides.encoding, preview.encoding), ...ENCODINGS.map((value) => ({ value, label: value }))]}
        onChange={(value) =>
          change({ encoding: value === '' ? undefined : (value as NonNullable<Layout['encoding']>) })
        }
      />
      <Select
        inline
        label="separated by"
        value={overrides.delimiter ?? ''}
        choices={[
          found(overrides.delimiter, DELIMITERS[preview.delimiter] ?? preview.delimiter),
          ...Object.entries(DELIMITERS).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(value) =>
          change({ delimiter: value === '' ? undefined : (value as NonNullable<Layout['delimiter']>) })
        }
      />
      <Select
        inline
        label="lines before the header"
        value={overrides.preambleRecords === undefined ? '' : String(overrides.preambleRecords)}
        choices={[found(overrides.preambleRecords, String(preview.preambleRecords)), ...numbers(30)]}
        onChange={(value) => change({ preambleRecords: count(value) })}
      />
      <Select
        inline
        label="header rows"
        value={overrides.headerRows === undefined ? '' : String(overrides.headerRows)}
        choices={[found(overrides.headerRows, String(preview.headerRows)), ...numbers(3)]}
        onChange={(value) => change({ headerRows: count(value) })}
      />
      {preview.preamble.length > 0 ? (
        <span className="dim imports-preamble" title={preview.preamble.join('\n')}>
          Before the header: {preview.preamble[0]}
        </span>
      ) : null}
    </div>
  );
}
