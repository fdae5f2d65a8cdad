import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';

const LEDGER = `Ladder Supplies Ltd
General Ledger
"January 1 - March 31, 2026"

,Date,Transaction Type,Num,Name,Memo/Description,Split,Amount,Balance
Accounts Receivable (A/R),,,,,,,,
,Beginning Balance,,,,,,,"300.00"
,01/15/2026,Invoice,1040,Harbour Mill Bakery Ltd,Seat bundle,Sales,"1,250.00","1,550.00"
,02/20/2026,Payment,88,Harbour Mill Bakery Ltd,,Undeposited Funds,"-1,250.00",300.00
Total for Accounts Receivable (A/R),,,,,,,$0.00,
Cost of Goods Sold,,,,,,,,
,01/15/2026,Invoice,1040,Harbour Mill Bakery Ltd,Seats,Inventory,400.00,400.00
Total for Cost of Goods Sold,,,,,,,$400.00,
Sales,,,,,,,,
,01/15/2026,Invoice,1040,Harbour Mill Bakery Ltd,Seat bundle,Accounts Receivable (A/R),"1,250.00","1,250.00"
Total for Sales,,,,,,,"$1,250.00",
TOTAL,,,,,,,"$1,650.00",
`;

describe('quickbooks', () => {
  it('general ledger: documents of receivables and income, with one key each; other accounts are left out', () => {
    const { plan, rows, rejects, facts, skips } = collect(LEDGER, 'ledger.csv');
    expect([plan.profile?.id, rejects]).toEqual(['quickbooks.general-ledger', []]);
    expect(rows.map((r) => [r.line, r.ext, r.values['day'], r.values['kind'], r.values['amount']])).toEqual([
      [8, 'Invoice|1040', '2026-01-15', 'invoice', 125_000],
      [9, 'Payment|88', '2026-02-20', 'payment', -125_000],
      [15, 'Invoice|1040', '2026-01-15', 'invoice', 125_000],
    ]);
    expect(
      skips.filter((s) => s.reason === 'The row stands in a section that is not read.').map((s) => s.line),
    ).toEqual([12]);
    expect(facts.read).toBe(facts.used + facts.skipped + facts.rejected);
  });
});
