import { capital } from '../../kit/index.ts';

/** Which version of the ladder is in use. */
export function versionWords(version: number): string {
  return version === 0 ? "the product's own" : `version ${version}`;
}

type Report = {
  readonly rulesVersion: number;
  readonly rules: readonly { readonly rung: string; readonly sentence: string }[];
};

/** The rule of a rung in words, with the version it is of; null where the ladder has none. */
export function ruleWords({ rules, rulesVersion }: Report, rung: string): string | null {
  const sentence = rules.find((rule) => rule.rung === rung)?.sentence;
  return sentence === undefined ? null : `${capital(rung)}: ${sentence} Rules: ${versionWords(rulesVersion)}.`;
}
