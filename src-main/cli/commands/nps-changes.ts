import { npsRulesPreview, npsTexts, NPS_TEXTS } from '#engine/analyses/nps/index.ts';
import { usage } from '#engine/base/errors.ts';
import { receiveBulletin, setNpsCase, setNpsText, setNpsTheme } from '#engine/commands/index.ts';
import { readText } from '../files.ts';
import { parseOptions } from '../options.ts';
import { ask, given, tell } from '../session.ts';
import type { NpsWord } from './nps-options.ts';

/** What changes a workspace, and the texts of NPS, by the word after the workspace. */
export const CHANGES: Readonly<Record<string, NpsWord>> = {
  case: {
    usage:
      'case ANSWER... [--owner NAME] [--status open|working|closed] [--outcome TEXT] [--note TEXT] [--followed-up D] [--closed D]',
    async run(argv, out) {
      const o = parseOptions(
        'nps case',
        argv,
        { values: ['owner', 'status', 'outcome', 'note', 'followed-up', 'closed'] },
        [3, 27],
      );
      const [workspace, , ...answers] = o.positionals as [string, string, ...string[]];
      const answer = await tell(workspace, setNpsCase, {
        answers,
        ...given({
          owner: o.text('owner'),
          status: o.oneOf('status', ['open', 'working', 'closed']),
          outcome: o.text('outcome'),
          note: o.text('note'),
          followedUp: o.day('followed-up'),
          closed: o.day('closed'),
        }),
      });
      out.answer(answer, () => `${answer.cases} ${answer.cases === 1 ? 'case' : 'cases'} recorded.`);
    },
  },
  theme: {
    usage: 'theme NAME ANSWER... --put in|out|words',
    async run(argv, out) {
      const o = parseOptions('nps theme', argv, { values: ['put'] }, [4, 203]);
      const [workspace, , theme, ...answers] = o.positionals as [string, string, string, ...string[]];
      const put = o.oneOf('put', ['in', 'out', 'words']);
      if (put === undefined) throw usage('nps theme: --put is missing; write in, out or words.');
      const present = put === 'in' ? true : put === 'out' ? false : null;
      const answer = await tell(workspace, setNpsTheme, { theme, answers, present });
      out.answer(answer, () => `${answer.answers} sorted.`);
    },
  },
  receipt: {
    usage: 'receipt WAVE DIGEST --person NAME --team sales|marketing|service|accounts [--day D]',
    async run(argv, out) {
      const o = parseOptions('nps receipt', argv, { values: ['person', 'team', 'day'] }, [4, 4]);
      const [workspace, , wave, digest] = o.positionals as [string, string, string, string];
      const [person, team] = [o.text('person'), o.oneOf('team', ['sales', 'marketing', 'service', 'accounts'])];
      if (person === undefined || team === undefined) throw usage('nps receipt: --person and --team are needed.');
      const answer = await tell(workspace, receiveBulletin, {
        wave,
        digest,
        person,
        team,
        ...given({ day: o.day('day'), asOf: o.day('as-of') }),
      });
      out.answer(answer, () => `${answer.person} has the bulletin of ${answer.wave}.`);
    },
  },
  texts: {
    usage: 'texts list | texts show|set|preview|reset rules|themes|benchmarks [FILE]',
    reads: (argv) => ['list', 'show', 'preview'].includes(argv.filter((word) => !word.startsWith('-'))[2] ?? ''),
    async run(argv, out) {
      const o = parseOptions('nps texts', argv, { values: ['where'] }, [3, 5]);
      const [workspace, , word, name, file] = o.positionals as [string, string, string, string?, string?];
      if (word === 'list') {
        const answer = ask(workspace, npsTexts, {});
        return out.answer(answer, () =>
          answer.texts
            .map((t) => `${t.kind}: ${t.version === 0 ? "the product's own" : `version ${t.version}`}`)
            .join('\n'),
        );
      }
      const kind = NPS_TEXTS.find((one) => one === name);
      if (kind === undefined) throw usage(`nps texts ${word}: write ${NPS_TEXTS.join(', ')}.`);
      const text = (): string => {
        if (file === undefined) throw usage(`nps texts ${word} ${kind}: the file is missing.`);
        return readText(file).replaceAll('\r\n', '\n');
      };
      switch (word) {
        case 'show': {
          const found = ask(workspace, npsTexts, {}).texts.find((one) => one.kind === kind)!;
          return out.answer(found, () => found.text);
        }
        case 'set':
        case 'reset': {
          const answer = await tell(workspace, setNpsText, { kind, text: word === 'set' ? text() : null });
          return out.answer(answer, () => `${kind}, version ${answer.version}.`);
        }
        case 'preview': {
          if (kind !== 'rules') throw usage('nps texts preview: only rules are previewed.');
          const answer = ask(workspace, npsRulesPreview, {
            text: text(),
            ...given({ asOf: o.day('as-of'), where: o.text('where') }),
          });
          return out.answer(
            answer,
            () =>
              `${answer.cases.now} cases now, ${answer.cases.would} then: ${answer.opened} opened, ${answer.dropped} dropped; overdue ${answer.overdue.now} now, ${answer.overdue.would} then.`,
          );
        }
        default:
          throw usage(`nps texts: "${word}" is not known; write list, show, set, preview or reset.`);
      }
    },
  },
};
