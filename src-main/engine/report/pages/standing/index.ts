import { isoDay } from '#engine/base/days.ts';
import { ladder } from '#engine/analyses/ladder/index.ts';
import { bars, RUNG_COLOURS } from '../../drawing.ts';
import { Asking, shared, type Page } from '../../page.ts';
import { capital, money, plural, shareWithInterval, percent, signed } from '../../words.ts';

/** Where customers stand: rungs with shares and revenue, and the change since the first day. */
export const standing: Page = {
  id: 'standing',
  title: 'Where customers stand',
  build(ctx, question) {
    const asking = new Asking(ctx);
    const now = asking.ask('standing.rungs', ladder, shared(question));
    const before = asking.ask('standing.rungs', ladder, { ...shared(question), asOf: isoDay(question.from) });
    const rungs = now.rungs.map((rung, i) => ({ ...rung, change: rung.customers - before.rungs[i]!.customers }));
    const shown = rungs.toReversed();
    const most = rungs.reduce((a, b) => (Math.abs(b.change) > Math.abs(a.change) ? b : a));
    const largest = rungs.reduce((a, b) => (b.customers > a.customers ? b : a));
    const finding =
      now.customers === 0
        ? 'No customers pass the filter.'
        : [
            `${plural(now.customers, 'customer', 'customers')}; most stand on ${largest.rung}: ${shareWithInterval(largest.share, largest.low, largest.high)}.`,
            most.change === 0
              ? `No rung has changed in number since ${before.asOf}.`
              : `Since ${before.asOf} the largest change is ${most.rung}: ${signed(most.change)} to ${most.customers}.`,
          ].join(' ');
    return {
      evidence: asking.evidence,
      figures: [
        {
          id: 'standing.rungs',
          title: `Customers per rung on ${now.asOf}`,
          finding,
          span: 12,
          drawing: bars(
            `Customers per rung on ${now.asOf}`,
            shown.map((r) => ({
              label: capital(r.rung),
              value: r.customers,
              colour: RUNG_COLOURS[r.rung] ?? null,
              text: `${r.customers}  ${percent(r.share)}`,
              after: `${signed(r.change)} since ${before.asOf}`,
            })),
          ),
          table: {
            columns: [
              { label: 'Rung' },
              { label: 'Customers', right: true },
              { label: 'Share (95 % interval)', right: true },
              { label: `Change since ${before.asOf}`, right: true },
              { label: 'Revenue, 12 months', right: true },
            ],
            rows: shown.map((r) => [
              capital(r.rung),
              String(r.customers),
              shareWithInterval(r.share, r.low, r.high).replace('95 % interval ', ''),
              signed(r.change),
              money(r.revenue12m),
            ]),
          },
        },
      ],
    };
  },
};
