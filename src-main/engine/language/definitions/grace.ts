import type { Day } from '#engine/base/days.ts';
import { LAPSED, type SavedSpells } from './saved-spells.ts';

/*
 * With a grace of n days a customer stands on the highest standing of the days [D - n, D]: a rise counts at once, a fall
 * n days later if it still holds then. Lapsed is a fall: it counts when each of those days was lapsed.
 */

/** Calls `begins` where the standing that counts changes, for the spells k of one customer, `from(k)` ascending. */
function graced(
  spells: { readonly from: readonly Day[]; readonly code: readonly number[] },
  until: Day,
  grace: number,
  begins: (on: Day, code: number) => void,
): void {
  const { from, code } = spells;
  if (from.length === 0) return;
  const days = [...new Set(from.flatMap((day) => [day, day + grace]))]
    .filter((day) => day <= until)
    .sort((a, b) => a - b);
  let held = -1;
  for (const on of days) {
    let rung = 0;
    let lapsed = true;
    for (let k = 0; k < from.length && from[k]! <= on; k++) {
      if (k + 1 < from.length && from[k + 1]! <= on - grace) continue;
      rung = Math.max(rung, code[k]! % LAPSED);
      lapsed &&= code[k]! >= LAPSED;
    }
    const now = rung + (lapsed ? LAPSED : 0);
    if (now !== held) begins(on, now);
    held = now;
  }
}

/** The spells of one customer with a grace. */
export function withGrace(
  spells: readonly { readonly from: Day; readonly code: number }[],
  until: Day,
  grace: number,
): { from: Day; code: number }[] {
  const list: { from: Day; code: number }[] = [];
  graced({ from: spells.map((s) => s.from), code: spells.map((s) => s.code) }, until, grace, (from, code) =>
    list.push({ from, code }),
  );
  return list;
}

/** The spells of all customers with a grace. */
export function allWithGrace(spells: SavedSpells, grace: number): SavedSpells {
  if (grace === 0) return spells;
  const count = spells.start.length - 1;
  const start = new Int32Array(count + 1);
  const from: Day[] = [];
  const code: number[] = [];
  for (let c = 0; c < count; c++) {
    const own = {
      from: [...spells.from.subarray(spells.start[c], spells.start[c + 1])],
      code: [...spells.code.subarray(spells.start[c], spells.start[c + 1])],
    };
    graced(own, spells.until, grace, (on, now) => {
      from.push(on);
      code.push(now);
    });
    start[c + 1] = from.length;
  }
  return { until: spells.until, start, from: Int32Array.from(from), code: Uint8Array.from(code) };
}
