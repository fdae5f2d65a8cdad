import { writeFileSync } from 'node:fs';
import { touches, touchesAudit } from '#engine/analyses/touch/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { csvText, textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

export const touchesCommand: CliCommand = {
  name: 'touches',
  usage: 'touches W [audit] [--where E] [--window DAYS] [--as-of D] [--csv F]',
  summary: 'spacing per customer; collisions and touches in a dispute',
  reads: true,
  run(argv, out) {
    const o = parseOptions('touches', argv, { values: ['where', 'window', 'csv', 'limit', 'offset', 'sort'] }, [1, 2]);
    const [workspace, what] = o.positionals;
    const shared = given({ where: o.text('where'), asOf: o.day('as-of') });
    if (what === 'audit') {
      const answer = ask(workspace!, touchesAudit, shared);
      out.answer(answer, () =>
        [
          `${answer.collisionPairs} collisions; ${answer.disputeRate.insideTouches} commercial touches inside an open dispute as of ${answer.asOf}`,
          textTable(
            ['customer', 'days apart', 'first', 'second'],
            answer.collisions.map((c) => [
              c.name,
              c.days,
              `${c.first.day} ${c.first.team}`,
              `${c.second.day} ${c.second.team}`,
            ]),
          ),
          textTable(
            ['customer', 'touch', 'team', 'ticket', 'open since'],
            answer.inDispute.map((d) => [d.name, d.touch.day, d.touch.team, d.ticket, d.opened]),
          ),
        ].join('\n'),
      );
      return;
    }
    if (what !== undefined) throw usage(`touches: "${what}" is not known; write audit, or nothing.`);
    const answer = ask(workspace!, touches, {
      ...shared,
      ...given({
        window: o.number('window'),
        sort: o.text('sort'),
        limit: o.number('limit') ?? Number.MAX_SAFE_INTEGER,
        offset: o.number('offset'),
      }),
    });
    const headers = [
      'customer',
      'name',
      'touches',
      'lastDay',
      'meanGap',
      'maxGap',
      'openGap',
      'burstiness',
      'evenness',
      'class',
    ];
    const rows = answer.customers.map((c) => [
      c.customer,
      c.name,
      c.touches,
      c.lastDay,
      c.meanGap,
      c.maxGap,
      c.openGap,
      c.burstiness,
      c.evenness,
      c.class,
    ]);
    const file = o.text('csv');
    if (file !== undefined) writeFileSync(file, csvText(headers, rows));
    out.answer(answer, () =>
      [
        textTable(
          headers,
          rows.map((row) =>
            row.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? Number(cell.toFixed(2)) : cell)),
          ),
        ),
        `${answer.summary.silences} silences, ${answer.summary.barrages} barrages, ${answer.summary.collisions} collisions as of ${answer.asOf}`,
      ].join('\n'),
    );
  },
};
