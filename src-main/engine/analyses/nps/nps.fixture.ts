import type { ReadContext } from '#engine/base/context.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { nps } from './index.ts';
import { storedKind, type NpsTextKind } from './rules.ts';
import type { NpsReport } from './types.ts';

export type Asked = Record<string, unknown>;
type More = Record<string, string | number>;

/** A small workspace with answers. */
export abstract class NpsFixture extends Fixture {
  abstract get ctx(): ReadContext;

  answer(party: number | null, day: string, score: number | null, more: More = {}): number {
    return this.add('response', { party, day, score, ...more });
  }

  /** Answers of so many detractors, passives and promoters, each of a customer of its own. */
  answers(counts: readonly [detractors: number, passives: number, promoters: number], more: More = {}): void {
    const scores = counts.flatMap((n, i) => Array<number>(n).fill([3, 8, 10][i]!));
    const { day = '2026-05-01', ...rest } = more;
    for (const score of scores) this.answer(this.customer(), String(day), score, rest);
  }

  /** Keeps a text of the NPS analysis as its next version. */
  setText(kind: NpsTextKind, text: string): void {
    const version = this.db.count('SELECT max(version) FROM definition WHERE kind = ?', [storedKind(kind)]) + 1;
    this.db.run('INSERT INTO definition(kind, name, version, text, made_at) VALUES (?, ?, ?, ?, 0)', [
      storedKind(kind),
      storedKind(kind),
      version,
      text,
    ]);
    this.commit();
  }

  nps(input: Asked = {}): NpsReport {
    return nps.run(this.ctx, nps.parse({ asOf: '2026-06-30', ...input }));
  }
}
