import { isoDay } from '#engine/base/days.ts';
import { ladder } from '#engine/analyses/ladder/index.ts';
import type { Evidence, Figure, Page } from '../../page.ts';
import { Asking, shared } from '../../page.ts';
import { decimals, plural } from '../../words.ts';

/** Imports listed, the newest. */
const IMPORTS_SHOWN = 18;

/** Sources, rules and unknowns, and how every figure is computed again. */
export const sources: Page = {
  id: 'sources',
  title: 'Sources and definitions',
  build(ctx, question, before) {
    const asking = new Asking(ctx);
    const { rules, unknown, clauses } = asking.ask('sources.rules', ladder, shared(question));
    const left =
      question.where === undefined
        ? 'No filter: every customer known on the day is counted.'
        : `Filter: ${question.where}. ${plural(unknown, 'customer is', 'customers are')} left out because a value is unknown${
            clauses.length === 0 ? '' : ` (${clauses.map((c) => `${c.text}: ${c.unknown}`).join('; ')})`
          }.`;
    const imports = ctx.db.all(
      `SELECT b.id, b.file, s.name, b.day, b.records, b.rejected, b.skipped FROM batch b JOIN source s ON s.id = b.source
       WHERE b.state = 'live' ORDER BY b.id`,
    );
    const importTable: Figure = {
      id: 'sources.imports',
      title: 'Imports',
      finding: `${plural(imports.length, 'file', 'files')} at data version ${ctx.dataVersion}; ${plural(
        imports.reduce((n, row) => n + (row[5] as number), 0),
        'row was',
        'rows were',
      )} rejected.${imports.length > IMPORTS_SHOWN ? ` The newest ${IMPORTS_SHOWN}:` : ''}`,
      span: 6,
      drawing: null,
      table: {
        columns: [
          { label: 'File' },
          { label: 'Source' },
          { label: 'Imported' },
          { label: 'Records', right: true },
          { label: 'Rejected', right: true },
        ],
        rows: imports
          .slice(-IMPORTS_SHOWN)
          .map(([, file, source, day, records, rejected]) => [
            String(file),
            String(source),
            isoDay(day as number),
            decimals(records as number),
            decimals(rejected as number),
          ]),
      },
    };
    const definitions: Figure = {
      id: 'sources.rules',
      title: 'Definitions',
      finding: `As of ${isoDay(question.asOf)}, compared with ${isoDay(question.from)}. Later events are not counted. ${left}`,
      span: 6,
      drawing: null,
      table: {
        columns: [{ label: 'Word' }, { label: 'Meaning' }],
        rows: [...rules.map((r) => [r.rung, r.sentence]), ...DEFINITIONS],
      },
    };
    const asked = [...before, ...asking.evidence];
    const recompute: Figure = {
      id: 'sources.recompute',
      title: 'How to compute each figure again',
      finding: `${plural(asked.length, 'question was', 'questions were')} asked; each with its full answer is part of this file (element "evidence").`,
      span: 12,
      drawing: null,
      table: { columns: [{ label: 'Figure' }, { label: 'Question' }], rows: questions(asked) },
    };
    return { figures: [importTable, definitions, recompute], evidence: asking.evidence };
  },
};

/** One line per figure: every analysis with its input; columns and order of lists are in the evidence. */
function questions(asked: readonly Evidence[]): [string, string][] {
  const lines = new Map<string, string[]>();
  for (const { figure, name, input } of asked) {
    const { columns: _columns, sort: _sort, ...rest } = input as Record<string, unknown>;
    const text = Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`);
    lines.set(figure, [...(lines.get(figure) ?? []), `${name}: ${text.join(', ')}`]);
  }
  return [...lines].map(([figure, list]) => [figure, list.join('; ')]);
}

const DEFINITIONS: readonly (readonly [string, string])[] = [
  ['revenue', 'Net of the orders of the last 365 days minus the credits dated in them; currencies are never added.'],
  [
    'NPS',
    'Share of answers 9–10 minus share of answers 0–6, in points; interval: adjusted Wald, 95 %. Reichheld 2003, Rocks 2016.',
  ],
  ['share', 'Interval of a share: Wilson, 95 %.'],
  ['touch', 'Outbound contact of any channel; touches of one day count as one day.'],
  ['silence', 'A gap above 1.5 times the target days of the rung, the open gap included.'],
  ['barrage', 'At least 4 outbound days within 7, then at least 60 days without.'],
  ['collision', 'Outbound touches of two teams at most 3 days apart.'],
  ['commercial', 'Outbound by sales or marketing, and not for service, a dispute or billing.'],
];
