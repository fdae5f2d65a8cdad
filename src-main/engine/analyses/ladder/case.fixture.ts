import type { ReadContext } from '#engine/base/context.ts';
import type { ReadDb } from '#engine/base/db.ts';
import type { Analysis } from '#engine/base/define.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';

/** A small workspace of invented firms, with words for what a ladder reads. */
export class Firms extends Fixture {
  private readonly session: { context(): ReadContext };

  constructor(open: (db: ReadDb) => { context(): ReadContext }) {
    super();
    this.session = open(this.db);
  }

  firm(name: string, more: Record<string, string | number | null> = {}): number {
    return this.customer({ name, ...more });
  }

  firms(n: number, name = 'Firm'): number[] {
    return Array.from({ length: n }, (_, k) => this.firm(`${name} ${k + 1}`));
  }

  invoice(party: number, day: string, amount = 1000, more: Record<string, string | number> = {}): void {
    this.add('purchase', { party, kind: 'invoice', day, amount, currency: 'EUR', ...more });
  }

  /** An invoice that a credit note takes back. */
  credited(party: number, day: string, on: string): void {
    const ext = `INV-${party}-${day}`;
    this.invoice(party, day, 1000, { ext });
    this.add('purchase', { party, kind: 'credit_note', day: on, amount: 1000, currency: 'EUR', invoice_ext: ext });
  }

  answer(party: number, day: string, score: number): void {
    this.add('response', { party, day, score, kind: 'relational' });
  }

  recommends(party: number, day: string, more: Record<string, string | number | null> = {}): void {
    this.add('advocacy', { party, day, kind: 'referral', ...more });
  }

  rules(text: string): void {
    const version = this.db.count("SELECT coalesce(max(version), 0) + 1 FROM definition WHERE kind = 'ladder'");
    this.db.run("INSERT INTO definition(kind, name, version, text, made_at) VALUES ('ladder', 'ladder', ?, ?, 0)", [
      version,
      text,
    ]);
    this.commit();
  }

  ask<Input, Asked, Report>(analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
    return analysis.run(this.session.context(), analysis.parse(input));
  }
}
