import { isoDay } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { TEAMS, type Team } from '#engine/base/vocabulary.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { Exceptions, NO_EXCEPTIONS } from './exceptions.ts';
import type { ControlCheck, Decision } from './mapping/map-file.ts';
import type { StepReport } from './mapping/recipe.ts';
import type { FileShape } from './mapping/shape.ts';

type StoredColumn = {
  field: string;
  dateOrder?: string;
  decimal?: string;
  currency?: string;
  zone?: string;
  policy?: string;
  sensitive?: boolean;
};

/** A column of an imported file and what was made of it; `fields` is empty for an attribute of its row. */
export type BatchColumn = {
  readonly header: string;
  readonly filled: number;
  readonly fields: readonly (StoredColumn & { readonly entity: string })[];
};

/** What is kept of an import beside its rows: how it was read, what the file states about itself, what was left out. */
export type BatchDetail = {
  readonly batch: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly source: string;
  readonly profile: string | null;
  readonly state: 'live' | 'undone';
  readonly day: string;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly columns: readonly BatchColumn[];
  readonly decisions: readonly Decision[];
  readonly doubts: readonly { readonly header: string; readonly why: string }[];
  readonly recipe: readonly StepReport[];
  readonly control: readonly ControlCheck[];
  readonly exceptions: Exceptions;
  readonly snapshot: boolean;
};

type StoredEntity = { entity: string; columns?: Record<string, StoredColumn | StoredColumn[]> };

/** The details of a batch. Throws `no-batch`. */
export function batchDetail(db: ReadDb, batch: number): BatchDetail {
  const row = db.get(
    `SELECT b.file, b.bytes, b.sha256, s.name, b.profile, b.state, b.day, b.mapping, b.facts, b.control, b.exceptions
     FROM batch b JOIN source s ON s.id = b.source WHERE b.id = ?`,
    [batch],
  ) as
    | [
        string,
        number,
        unknown,
        string,
        string | null,
        'live' | 'undone',
        number,
        string,
        string,
        string | null,
        string | null,
      ]
    | null;
  if (row === null)
    throw new LadderlineError('no-batch', `There is no batch ${batch}. \`ladderline imports\` lists them.`);
  const [file, bytes, sha256, source, profile, state, day, mappingText, factsText, control, exceptions] = row;
  const mapping = (JSON.parse(mappingText) ?? {}) as { entities?: StoredEntity[]; snapshot?: boolean };
  const facts = (JSON.parse(factsText) ?? {}) as {
    encoding?: string;
    delimiter?: string;
    decisions?: Decision[];
    doubts?: { header: string; why: string }[];
    recipe?: StepReport[];
    shape?: FileShape;
  };
  const entities = mapping.entities ?? [];
  const fieldsOf = (header: string): BatchColumn['fields'] =>
    entities.flatMap(({ entity, columns }) => {
      const own = Object.entries(columns ?? {}).find(
        ([name]) => name.trim().toLowerCase() === header.trim().toLowerCase(),
      );
      return own ? [own[1]].flat().map((each) => ({ entity, ...each })) : [];
    });
  return {
    batch: String(batch),
    file,
    bytes,
    sha256: typeof sha256 === 'string' ? sha256 : Buffer.from(sha256 as Uint8Array).toString('hex'),
    source,
    profile,
    state,
    day: isoDay(day),
    encoding: facts.encoding ?? null,
    delimiter: facts.delimiter ?? null,
    columns: (facts.shape?.columns ?? []).map(([header, filled]) => ({ header, filled, fields: fieldsOf(header) })),
    decisions: facts.decisions ?? [],
    doubts: facts.doubts ?? [],
    recipe: facts.recipe ?? [],
    control: ((JSON.parse(control ?? 'null') ?? {}) as { checks?: ControlCheck[] }).checks ?? [],
    exceptions: exceptions === null ? NO_EXCEPTIONS : Exceptions.parse(JSON.parse(exceptions)),
    snapshot: mapping.snapshot === true,
  };
}

/** The workspace's table of owners: which team each belongs to, and its name where a source writes a key. */
export function ownerTeamRows(db: ReadDb): { owner: string; team: Exclude<Team, 'unknown'>; name: string | null }[] {
  return db
    .all(
      `SELECT o.text, t.text, n.text FROM owner_team x JOIN term o ON o.id = x.owner JOIN term t ON t.id = x.team
       LEFT JOIN term n ON n.id = x.name ORDER BY o.text`,
    )
    .flatMap(([owner, word, name]) => {
      const team = TEAMS.find((t) => t === word);
      return team === undefined || team === 'unknown'
        ? []
        : [{ owner: owner as string, team, name: name as string | null }];
    });
}
