import { touches, touchGaps } from '#engine/analyses/touch/index.ts';
import type { TouchesReport, TouchGapsReport } from '#engine/analyses/touch/types.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { bars, COLOURS, columns } from '../../drawing.ts';
import { Asking, shared, type Figure, type Page } from '../../page.ts';
import { capital, decimals, percent, plural, shareWithInterval } from '../../words.ts';

const WORST_SHOWN = 8;

/** Touch rhythm: findings, how long customers have not been touched, and the worst open gaps. */
export const rhythm: Page = {
  id: 'rhythm',
  title: 'Touch rhythm',
  build(ctx, question) {
    const asking = new Asking(ctx);
    const report = asking.ask('rhythm.findings', touches, { ...shared(question), limit: WORST_SHOWN });
    const gaps = asking.ask('rhythm.gaps', touchGaps, shared(question));
    return { evidence: asking.evidence, figures: [findings(report), distribution(gaps), worst(report)] };
  },
};

function findings({ summary, total }: TouchesReport): Figure {
  const share = (k: number): string =>
    shareWithInterval(total === 0 ? null : k / total, wilson(k, total).low, wilson(k, total).high);
  return {
    id: 'rhythm.findings',
    title: 'What the rhythm shows',
    finding:
      total === 0
        ? 'No customers pass the filter.'
        : `${plural(summary.silent, 'customer is', 'customers are')} silent beyond 1.5 times the target of the rung: ${share(summary.silent)}; ` +
          `${plural(summary.barrages, 'barrage', 'barrages')}, ${plural(summary.collisions, 'collision', 'collisions')} of teams, ${plural(summary.openDisputes, 'open dispute', 'open disputes')}.`,
    span: 6,
    drawing: bars(
      'Customers per finding',
      summary.findings.map((f) => ({
        label: FINDING_WORDS[f.id] ?? f.id,
        value: f.customers,
        colour: COLOURS.falling,
        text: String(f.customers),
        after: f.label,
      })),
      { row: 28 },
    ),
    table: {
      columns: [
        { label: 'Finding' },
        { label: 'Customers', right: true },
        { label: 'Share (95 % interval)', right: true },
        { label: 'Filter' },
      ],
      rows: summary.findings.map((f) => [
        f.label,
        String(f.customers),
        share(f.customers).replace('95 % interval ', ''),
        f.where,
      ]),
    },
  };
}

const FINDING_WORDS: Readonly<Record<string, string>> = {
  silent: 'Silent',
  barrage: 'Barrage',
  dispute: 'Dispute',
  collision: 'Collision',
  never: 'Never',
};

function distribution({ bins, median, beyondTarget, never }: TouchGapsReport): Figure {
  const label = (b: TouchGapsReport['bins'][number]): string => (b.to === null ? `${b.from}+` : String(b.from));
  return {
    id: 'rhythm.gaps',
    title: 'Days since the last outbound touch',
    finding:
      median === null
        ? 'No customer was ever touched.'
        : `Median ${decimals(median, Number.isInteger(median) ? 0 : 1)} days; ${percent(beyondTarget)} beyond the target of their rung (orange); ${plural(never, 'customer was', 'customers were')} never touched.`,
    span: 6,
    drawing: columns(
      'Customers per open gap',
      bins.map((b) => ({
        label: label(b),
        value: b.customers,
        parts: [
          { value: b.customers - b.beyondTarget, colour: COLOURS.rising },
          { value: b.beyondTarget, colour: COLOURS.falling },
        ],
      })),
      { every: 4 },
    ),
    table: {
      columns: [{ label: 'Days' }, ...bins.map((b) => ({ label: label(b), right: true }))],
      rows: [
        ['Customers', ...bins.map((b) => String(b.customers))],
        ['Beyond target', ...bins.map((b) => String(b.beyondTarget))],
      ],
    },
  };
}

function worst({ customers }: TouchesReport): Figure {
  return {
    id: 'rhythm.worst',
    title: 'Worst open gaps',
    finding:
      customers.length === 0
        ? 'None.'
        : `The longest: ${customers[0]!.name}, ${plural(customers[0]!.openGap ?? 0, 'day', 'days')} without an outbound touch.`,
    span: 12,
    drawing: null,
    table: {
      columns: [
        { label: 'Customer' },
        { label: 'Rung' },
        { label: 'Last touch' },
        { label: 'Open gap, days', right: true },
        { label: 'Mean gap, days', right: true },
        { label: 'Burstiness', right: true },
        { label: 'Evenness', right: true },
        { label: 'Silences', right: true },
      ],
      rows: customers.map((c) => [
        c.name,
        capital(c.rung),
        c.lastDay ?? '–',
        decimals(c.openGap),
        decimals(c.meanGap, 1),
        decimals(c.burstiness, 2),
        decimals(c.evenness, 2),
        String(c.silences.length),
      ]),
    },
  };
}
