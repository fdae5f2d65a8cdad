import { RUNGS } from '#engine/base/vocabulary.ts';
import { conditionOver } from '../evaluate.ts';
import type { Frame, Standings } from '../frame.ts';
import type { LadderRules } from './ladder.ts';

const PARTNER = RUNGS.indexOf('partner');

/** The highest rung whose rule holds (index into RUNGS), and who lapsed (0/1), of every customer of a frame. Unknown holds nothing. */
export function standingsByRules(rules: LadderRules, mode: 5 | 6, frame: Frame): Standings {
  const rung = new Int32Array(frame.n);
  const lapsed = new Float64Array(frame.n);
  for (const { rung: name, condition } of rules.rungs) {
    const index = RUNGS.indexOf(name as (typeof RUNGS)[number]);
    if (mode === 5 && index === PARTNER) continue;
    const holds = conditionOver(condition, frame);
    for (let c = 0; c < holds.length; c++) if (holds[c] === 1) rung[c] = index;
  }
  if (rules.lapsed !== null) {
    const holds = conditionOver(rules.lapsed.condition, frame);
    for (let c = 0; c < holds.length; c++) lapsed[c] = holds[c] === 1 ? 1 : 0;
  }
  return { rung, lapsed };
}
