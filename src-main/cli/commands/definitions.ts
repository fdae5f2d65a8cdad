import { definitionPreview, definitions } from '#engine/analyses/ladder/index.ts';
import { usage } from '#engine/base/errors.ts';
import { resetDefinition, setDefinition } from '#engine/commands/index.ts';
import { readText } from '../files.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given, tell } from '../session.ts';
import type { CliCommand } from './command.ts';

export const definitionCommand: CliCommand = {
  name: 'definition',
  usage:
    'definition W list | show ladder|touch | set ladder|touch FILE | preview ladder|touch FILE [--from D] [--limit n] | reset ladder|touch',
  summary: 'the rules of the ladder and of touches: who would move is shown before anything is saved',
  reads: (argv) => ['list', 'show', 'preview'].includes(argv.filter((word) => !word.startsWith('-'))[1] ?? ''),
  async run(argv, out) {
    const o = parseOptions('definition', argv, { values: ['from', 'limit', 'offset'] }, [2, 4]);
    const [workspace, word, name, file] = o.positionals as [string, string, string?, string?];
    if (word === 'list') {
      const answer = ask(workspace, definitions, {});
      return out.answer(answer, () =>
        [
          textTable(
            ['definition', 'version'],
            answer.definitions.map((d) => [d.kind, d.version === 0 ? "0 (the product's own)" : d.version]),
          ),
          textTable(
            ['rung', 'rule'],
            answer.rungs.map((r) => [r.rung, r.sentence]),
          ),
        ].join('\n'),
      );
    }
    const kind = name === 'ladder' || name === 'touch' ? name : null;
    if (kind === null) throw usage(`definition ${word}: write ladder or touch.`);
    const text = (): string => {
      if (file === undefined) throw usage(`definition ${word} ${kind}: the file is missing.`);
      return readText(file).replaceAll('\r\n', '\n');
    };
    switch (word) {
      case 'show': {
        const found = ask(workspace, definitions, {}).definitions.find((d) => d.kind === kind)!;
        return out.answer(found, () => found.text);
      }
      case 'set': {
        const answer = await tell(workspace, setDefinition, { kind, text: text() });
        return out.answer(answer, () => `Set ${kind}, version ${answer.version}.`);
      }
      case 'reset': {
        const answer = await tell(workspace, resetDefinition, { kind });
        return out.answer(answer, () => `Returned to the product's own ${kind} rules, version ${answer.version}.`);
      }
      case 'preview': {
        const answer = ask(workspace, definitionPreview, {
          kind,
          text: text(),
          ...given({
            asOf: o.text('as-of'),
            from: o.text('from'),
            limit: o.number('limit'),
            offset: o.number('offset'),
          }),
        });
        return out.answer(answer, () =>
          [
            ...answer.days.map(
              (day) =>
                `${day.asOf}: ${day.moved} of ${day.customers} customers would move\n${textTable(
                  ['from', 'to', 'customers'],
                  day.moves.map((m) => [m.from, m.to, m.customers]),
                )}`,
            ),
            ...(answer.counts ?? []).map((c) => `${c.what}: ${c.now} now, ${c.would} then`),
            textTable(
              ['customer', 'name', 'from', 'to'],
              answer.rows.map((r) => [r.customer, r.name, r.from, r.to]),
            ),
          ].join('\n'),
        );
      }
      default:
        throw usage(`definition: "${word}" is not known; write list, show, set, preview or reset.`);
    }
  },
};
