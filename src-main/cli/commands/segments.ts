import { segment, segmentCompare, segments, segmentWhy, units } from '#engine/analyses/segment/index.ts';
import { usage } from '#engine/base/errors.ts';
import { freezeSegment, removeList, removeSegment, saveList, saveSegment } from '#engine/commands/index.ts';
import { readText } from '../files.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given, tell } from '../session.ts';
import type { CliCommand } from './command.ts';

const WORDS = ['save', 'list', 'show', 'freeze', 'why', 'compare', 'remove'] as const;

export const segmentCommand: CliCommand = {
  name: 'segment',
  usage:
    'segment W save NAME E [--kind rule|frozen|listed] | list | show NAME | freeze NAME | why NAME CUSTOMER | compare A B | remove NAME [--as-of D] [--limit n] [--offset n]',
  summary: 'named sets of customers: saves, lists, records, explains and compares them',
  reads: (argv) => ['list', 'show', 'why', 'compare'].includes(argv.filter((word) => !word.startsWith('-'))[1] ?? ''),
  async run(argv, out) {
    const o = parseOptions('segment', argv, { values: ['as-of', 'kind', 'limit', 'offset'] }, [2, 4]);
    const [workspace, word, a, b] = o.positionals as [string, string, string?, string?];
    if (!(WORDS as readonly string[]).includes(word))
      throw usage(`segment: "${word}" is not known; write one of ${WORDS.join(', ')}.`);
    const need = (value: string | undefined, what: string): string => {
      if (value === undefined) throw usage(`segment ${word}: ${what} is missing.`);
      return value;
    };
    const asOf = o.text('as-of');
    const page = given({ asOf, limit: o.number('limit'), offset: o.number('offset') });
    switch (word as (typeof WORDS)[number]) {
      case 'save': {
        const input = { name: need(a, 'the name'), definition: need(b, 'the text'), asOf };
        const answer = await tell(
          workspace,
          saveSegment,
          given({ ...input, kind: o.oneOf('kind', ['rule', 'frozen', 'listed']) }),
        );
        return out.answer(answer, () => `Saved "${answer.segment}": ${answer.definition}`);
      }
      case 'list': {
        const answer = ask(workspace, segments, given({ asOf }));
        return out.answer(answer, () =>
          [
            textTable(
              ['segment', 'kind', 'members', 'unknown', 'definition'],
              answer.segments.map((s) => [s.name, s.kind, s.members, s.unknown, s.error ?? s.definition]),
            ),
            textTable(
              ['list', 'keys'],
              answer.lists.map((l) => [l.name, l.keys]),
            ),
          ].join('\n'),
        );
      }
      case 'show': {
        const answer = ask(workspace, segment, { ...page, name: need(a, 'the name') });
        return out.answer(
          answer,
          () =>
            `${answer.name} (${answer.kind}): ${answer.sentence ?? answer.error}\n${answer.members} members, ${answer.unknown} unknown, as of ${answer.asOf}\n${textTable(
              ['customer', 'name'],
              answer.rows.map((r) => [r.customer, r.name]),
            )}`,
        );
      }
      case 'freeze': {
        const answer = await tell(workspace, freezeSegment, given({ name: need(a, 'the name'), asOf }));
        return out.answer(answer, () => `Recorded ${answer.members} members as of ${answer.asOf}.`);
      }
      case 'why': {
        const input = { name: need(a, 'the name'), customer: need(b, 'the customer') };
        const answer = ask(workspace, segmentWhy, given({ ...input, asOf }));
        return out.answer(answer, () =>
          [
            `${answer.name} is ${answer.member ? '' : 'not '}in "${answer.segment}" as of ${answer.asOf}.`,
            ...answer.clauses.map(
              (clause) =>
                `  ${clause.holds}: ${clause.sentence}${clause.values.map((v) => ` [${v.text} ${v.value ?? 'unknown'}]`).join('')}`,
            ),
            ...(answer.recorded ? [`  recorded on ${answer.recorded.day}: ${answer.recorded.reason ?? ''}`] : []),
          ].join('\n'),
        );
      }
      case 'compare': {
        const answer = ask(workspace, segmentCompare, {
          ...page,
          a: need(a, 'a segment'),
          b: need(b, 'the other one'),
        });
        return out.answer(
          answer,
          () =>
            `both ${answer.both}, only ${answer.a} ${answer.onlyA}, only ${answer.b} ${answer.onlyB}, neither ${answer.neither}`,
        );
      }
      case 'remove': {
        const answer = await tell(workspace, removeSegment, { name: need(a, 'the name') });
        return out.answer(answer, () => `Removed "${answer.removed}".`);
      }
    }
  },
};

export const listCommand: CliCommand = {
  name: 'list',
  usage: 'list W save NAME FILE | show | remove NAME',
  summary: 'named lists of keys, one a line: external ids, e-mails, names or customer ids',
  async run(argv, out) {
    const o = parseOptions('list', argv, {}, [2, 4]);
    const [workspace, word, name, file] = o.positionals as [string, string, string?, string?];
    if (word === 'show') {
      const { lists } = ask(workspace, segments, {});
      return out.answer({ lists }, () =>
        textTable(
          ['list', 'keys'],
          lists.map((l) => [l.name, l.keys]),
        ),
      );
    }
    if (name === undefined || (word === 'save' && file === undefined) || (word !== 'save' && word !== 'remove'))
      throw usage('list: write save NAME FILE, show, or remove NAME.');
    if (word === 'remove') {
      const answer = await tell(workspace, removeList, { name });
      return out.answer(answer, () => `Removed "${answer.removed}".`);
    }
    const answer = await tell(workspace, saveList, { name, keys: readText(file!).split(/\r\n|\r|\n/) });
    return out.answer(answer, () => `Saved "${answer.list}" with ${answer.keys} keys.`);
  },
};

export const selectCommand: CliCommand = {
  name: 'select',
  usage: 'select W [--unit customer|person|lead|touch|ticket] [--where E] [--as-of D] [--limit n] [--offset n]',
  summary: 'the units of which a text is true, with how many are left out as unknown',
  reads: true,
  run(argv, out) {
    const o = parseOptions('select', argv, { values: ['unit', 'where', 'as-of', 'limit', 'offset'] }, [1, 1]);
    const answer = ask(
      o.positionals[0]!,
      units,
      given({
        unit: o.oneOf('unit', ['customer', 'person', 'lead', 'touch', 'ticket']),
        where: o.text('where'),
        asOf: o.text('as-of'),
        limit: o.number('limit'),
        offset: o.number('offset'),
      }),
    );
    out.answer(
      answer,
      () =>
        `${answer.total} true, ${answer.unknown} unknown, as of ${answer.asOf}\n${textTable(
          ['id', 'source', 'day', 'name', 'customer'],
          answer.rows.map((r) => [r.id, r.source, r.day, r.name, r.customerName]),
        )}`,
    );
  },
};
