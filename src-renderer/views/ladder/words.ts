import { capital } from '../../kit/index.ts';

/** Which version of the ladder is in use. */
export function versionWords(version: number): string {
  return version === 0 ? "the product's own" : `version ${version}`;
}

type Report = {
  readonly rulesVersion: number;
  readonly rules: readonly { readonly rung: string; readonly sentence: string; readonly ladder?: string }[];
  readonly names: Readonly<Partial<Record<string, string>>>;
};

/** What the workspace calls a rung. */
export function rungName(report: Pick<Report, 'names'> | undefined, rung: string): string {
  return report?.names[rung] ?? capital(rung);
}

/** The rules of a rung in words, those of separate ladders with their names, with the version they are of; null where there is none. */
export function ruleWords(report: Report, rung: string): string | null {
  const found = report.rules.filter((rule) => rule.rung === rung);
  if (found.length === 0) return null;
  const words = found.map((rule) => `${rule.ladder === undefined ? '' : `${rule.ladder}: `}${rule.sentence}`).join(' ');
  return `${rungName(report, rung)}: ${words} Rules: ${versionWords(report.rulesVersion)}.`;
}
