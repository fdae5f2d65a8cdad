import type { LadderReport } from '#engine/analyses/ladder/types.ts';
import type { NpsReport } from '#engine/analyses/nps/types.ts';
import type { TouchesReport } from '#engine/analyses/touch/types.ts';

/** The main figures as lines of text: customers per rung, NPS with its interval, silences, barrages, open disputes. */
export async function mainFigures(ask: (name: string, input: unknown) => Promise<unknown>): Promise<string[]> {
  const ladder = (await ask('ladder', {})) as LadderReport;
  const nps = (await ask('nps', {})) as NpsReport;
  const { summary } = (await ask('touches', { limit: 0 })) as TouchesReport;
  const points = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(1));
  return [
    `As of ${ladder.asOf}: ${ladder.customers} customers`,
    ...ladder.rungs.map((r) => `  ${r.rung.padEnd(10)} ${String(r.customers).padStart(6)}`),
    `NPS ${points(nps.nps)} (${Math.round(nps.interval.level * 100)} % interval ${points(nps.interval.low)} to ${points(nps.interval.high)}, ${nps.interval.method}, ${nps.responses} answers)`,
    `Silences ${summary.silences}, barrages ${summary.barrages}, open disputes ${summary.openDisputes}`,
  ];
}
