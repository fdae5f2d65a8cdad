import { columnsOf, entityOf, type EntitySpec, type FieldSpec } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { currencyInValue } from '../detect/numbers.ts';
import { isScientificLong, textReader, type ColumnText, type Row, type Setter, type Values } from './cells.ts';
import { instantSetter } from './instant-setter.ts';
import { names, PartyHandles, refPlan } from './parties.ts';
import type { Pass } from './pass.ts';
import type { BoundColumn, BoundEntity } from './plan.ts';
import { constantSetter, setterOf, type EntityScope } from './setters.ts';

/** How rows of one entity are made from cells: decided once, used per row. */
export type EntityPlan = {
  readonly spec: EntitySpec;
  readonly bound: BoundEntity;
  readonly values: Values;
  readonly width: number;
  readonly setters: readonly Setter[];
  /** Columns that each setter reads. */
  readonly reads: readonly (readonly number[])[];
  readonly idColumn: number;
  readonly idStrip: ColumnText | null;
  readonly key: readonly number[];
  /** Seconds at which the source last changed the row, or null. */
  readonly stamp: ((row: Row) => number | null) | null;
  readonly person: PartyHandles | null;
  readonly account: PartyHandles | null;
  readonly texts: string[];
  readonly textOf: readonly ColumnText[];
  /** Column that each text is read from. */
  readonly textAt: readonly number[];
  readonly refusesPerson: boolean;
  readonly refusesAccount: boolean;
  readonly refusesId: boolean;
  readonly daySlot: number;
  readonly instants: readonly { readonly day: number; readonly at: number }[];
  readonly teamSlot: number;
  readonly ownerSlot: number;
  readonly ownerSlots: readonly number[];
  readonly currencySlot: number;
  readonly nameSlot: number;
  readonly givenSlot: number;
  readonly familySlot: number;
  readonly scoreSlot: number;
  readonly amountSlot: number;
  readonly kindSlot: number;
  readonly money: readonly {
    readonly at: number;
    readonly slot: number;
    readonly header: string;
    readonly bound: BoundColumn;
  }[];
  readonly scale: EntityScope['scale'];
  rows: number;
};

type OrderedSetter = { readonly order: number; readonly set: Setter; readonly reads: readonly number[] };

/** Binds the columns and constants of one entity to its table columns; throws what a column cannot be read for. */
export function compileEntity(pass: Pass, bound: BoundEntity): EntityPlan {
  const spec = entityOf(bound.name)!;
  const columns = columnsOf(spec);
  const slots = new Map(columns.map((column, i) => [column.name, i] as const));
  const slot = (name: string): number => slots.get(name) ?? -1;
  const setters: OrderedSetter[] = [];
  const refs: { field: string; slot: number }[] = [];
  const textOf: ColumnText[] = [];
  const textAt: number[] = [];
  const scale: EntityScope['scale'] = {
    max: -1,
    min: 11,
    n: 0,
    told: bound.constants['scale_max'] !== undefined || bound.columns.some((c) => c.mapping.field === 'scale_max'),
    column: null,
  };
  const currencySlot = slot('currency');
  const scope: EntityScope = { spec, bound, slots, currencySlot, scale };
  const refused = { id: false, person: false, account: false };
  let idColumn = -1;
  let idStrip: ColumnText | null = null;
  let givenSlot = -1;
  let familySlot = -1;

  for (const column of bound.columns) {
    const { field } = column.mapping;
    const known = spec.fields.find((f) => f.name === field);
    const text = textReader(column);
    const finding = pass.columns.findings[column.at];
    const lost = finding !== undefined && finding.samples.some(isScientificLong);
    if (lost && field.endsWith('phone')) {
      pass.decide(
        column.header,
        'refused as a key',
        finding.samples.find(isScientificLong)!,
        'a spreadsheet has cut the telephone numbers: digits are lost, so they name nobody. Export again and do not save it from a spreadsheet',
      );
    }
    const isKey = field === 'external_id' || field.endsWith('external_id') || field === 'customer' || field === 'party';
    if (isKey && lost) {
      pass.decide(
        column.header,
        'refused as a key',
        finding.samples.find(isScientificLong)!,
        'a spreadsheet has cut the numbers: digits are lost, different rows would share an id. Export again and do not save it from a spreadsheet',
      );
      if (field === 'external_id') refused.id = true;
      if (field.startsWith('account') || (field === 'external_id' && bound.name === 'account')) refused.account = true;
      else refused.person = true;
    }
    if (field === 'external_id') {
      idColumn = column.at;
      idStrip = text;
    }
    const isRef =
      /^(party|account)\./.test(field) ||
      field === 'external_id' ||
      known?.type === 'reference' ||
      ['party', 'lead', 'account'].includes(bound.name);
    if (isRef) {
      if (field === 'party.given_name' || field === 'given_name') givenSlot = textOf.length;
      if (field === 'party.family_name' || field === 'family_name') familySlot = textOf.length;
      refs.push({
        field:
          field === 'external_id' && bound.name !== 'party' && bound.name !== 'account' && bound.name !== 'lead'
            ? 'own'
            : field,
        slot: textOf.length,
      });
      textOf.push(text);
      textAt.push(column.at);
    }
    const target = known ?? sharedField(spec, field);
    if (target && target.type !== 'id' && target.type !== 'reference') {
      const set = setterOf(pass, scope, target, column);
      const earlier =
        target.type === 'instant'
          ? []
          : bound.columns.slice(0, bound.columns.indexOf(column)).filter((c) => c.mapping.field === field);
      const readers = earlier.map(textReader);
      setters.push({
        order: target.type === 'term' ? 0 : target.type === 'money' ? 2 : 1,
        set:
          earlier.length === 0
            ? set
            : (row, values) => {
                if (readers.every((read) => read(row.cells) === '')) set(row, values);
              },
        reads: [column, ...earlier].flatMap(({ at, time, zone }) => [at, time, zone]).filter((at) => at >= 0),
      });
    }
  }
  if (currencySlot >= 0) {
    const fallback =
      typeof bound.constants['currency'] === 'string'
        ? bound.constants['currency'].toUpperCase()
        : pass.options.settings.currency;
    const told = bound.columns.find(
      (c) =>
        spec.fields.some((f) => f.name === c.mapping.field && f.type === 'money') &&
        (c.mapping.currency ?? pass.columns.findings[c.at]?.currency),
    );
    const moneyAt = bound.columns.find((c) => c.mapping.field === 'amount')?.at ?? -1;
    const column = told ? (told.mapping.currency ?? pass.columns.findings[told.at]!.currency!) : null;
    const { cells } = pass.row;
    setters.push({
      order: 1,
      set: (_row, values) => {
        if (values[currencySlot] !== null) return;
        values[currencySlot] = column ?? (moneyAt >= 0 ? currencyInAmount(cells[moneyAt]!) : null) ?? fallback;
      },
      reads: moneyAt >= 0 ? [moneyAt] : [],
    });
    const moneySlots = spec.fields.filter((f) => f.type === 'money').map((f) => slot(f.column ?? f.name));
    if (!bound.columns.some((c) => c.mapping.field === 'currency')) {
      setters.push({
        order: 3,
        set: (_row, values) => {
          for (const at of moneySlots) if (values[at] !== null) return;
          values[currencySlot] = null;
        },
        reads: [],
      });
    }
  }
  for (const [name, value] of Object.entries(bound.constants)) {
    const field = spec.fields.find((f) => f.name === name);
    if (field) setters.push({ order: -1, set: constantSetter(pass, spec, field, value, slots), reads: [] });
  }
  defaults(pass, spec, bound, slots, setters);
  setters.sort((a, b) => a.order - b.order);
  const plan = refPlan(bound.name, refs);
  const key = bound.key
    .map((name) => bound.columns.find((c) => c.mapping.field === name)?.at ?? -1)
    .filter((at) => at >= 0);
  const instants = spec.fields.flatMap((f) => {
    if (f.type !== 'instant' || f.main) return [];
    const stem = (f.column ?? f.name).replace(/_at$/, '');
    return [{ day: slot(`${stem}_day`), at: slot(`${stem}_at`) }];
  });
  return {
    spec,
    bound,
    values: Array.from({ length: columns.length }, () => null),
    width: columns.length,
    setters: setters.map((s) => s.set),
    reads: setters.map((s) => s.reads),
    idColumn,
    idStrip,
    key,
    stamp: stampReader(pass, spec, bound),
    person: names(plan.person) ? new PartyHandles(pass.sink, plan.person) : null,
    account: names(plan.account) ? new PartyHandles(pass.sink, plan.account) : null,
    texts: Array.from({ length: textOf.length }, () => ''),
    textOf,
    textAt,
    refusesId: refused.id,
    refusesPerson: refused.person,
    refusesAccount: refused.account,
    daySlot: spec.fields.some((f) => f.type === 'instant' && f.main) ? slot('day') : -1,
    instants,
    teamSlot: spec.name === 'touch' ? slot('team') : -1,
    ownerSlot: slot('owner'),
    ownerSlots: [slot('owner'), slot('assigned_to')].filter((at) => at >= 0),
    currencySlot,
    nameSlot: spec.name === 'party' || spec.name === 'lead' ? slot('name') : -1,
    givenSlot,
    familySlot,
    scoreSlot: slot('score'),
    amountSlot: slot('amount'),
    kindSlot: slot('kind'),
    money: bound.columns.flatMap((column) => {
      const field = spec.fields.find((f) => f.name === column.mapping.field && f.type === 'money');
      return field
        ? [{ at: column.at, slot: slot(field.column ?? field.name), header: column.header, bound: column }]
        : [];
    }),
    scale,
    rows: 0,
  };
}

function stampReader(pass: Pass, spec: EntitySpec, bound: BoundEntity): EntityPlan['stamp'] {
  const { modified } = bound;
  if (modified === null) return null;
  const values: (string | number | null)[] = [null, null];
  const slots = new Map([
    ['modified_day', 0],
    ['modified_at', 1],
  ]);
  const set = instantSetter(pass, { name: 'modified', type: 'instant' }, modified, slots, {
    ...bound,
    columns: [modified],
  });
  return (row) => {
    values[0] = values[1] = null;
    set(row, values);
    const [day, at] = values as (number | null)[];
    return at ?? (day === null || day === undefined ? null : day * 86_400);
  };
}

/** A lead's or person's own field under a customer name: `party.email` on a lead fills its `email`. */
function sharedField(spec: EntitySpec, field: string): FieldSpec | null {
  if (spec.name === 'lead' && field.startsWith('party.') && field !== 'party.external_id')
    return spec.fields.find((f) => f.name === field.slice(6)) ?? null;
  if (spec.name === 'party' && field === 'account.name') return spec.fields.find((f) => f.name === 'company') ?? null;
  if (spec.name === 'party' && field === 'account.external_id')
    return spec.fields.find((f) => f.name === 'account_external_id') ?? null;
  return null;
}

function defaults(
  pass: Pass,
  spec: EntitySpec,
  bound: BoundEntity,
  slots: ReadonlyMap<string, number>,
  setters: OrderedSetter[],
): void {
  const has = (name: string): boolean =>
    bound.constants[name] !== undefined || bound.columns.some((c) => c.mapping.field === name);
  const put = (name: string, value: string, why: string): void => {
    if (has(name)) return;
    const at = slots.get(name)!;
    setters.push({ order: -1, set: (_row, values) => void (values[at] = value), reads: [] });
    pass.decide(null, name, value, why);
  };
  if (spec.name === 'touch') {
    put('direction', 'out', 'no column tells the direction');
    put('channel', 'other', 'no column tells the channel');
  }
  if (spec.name === 'transaction') {
    const invoice = has('number') || has('due_at') || has('open_balance') || !has('status');
    put('kind', invoice ? 'invoice' : 'payment', 'no column tells the kind of the document');
  }
}

/** Throws `score-scale` when the scores of a pass were a 1-5 rating. */
export function checkScale(pass: Pass, entity: EntityPlan): void {
  const { scale } = entity;
  if (scale.told || scale.max !== 5 || scale.n < 3 || scale.min < 1) return;
  throw new LadderlineError(
    'score-scale',
    `Column "${scale.column}" of ${pass.plan.file} goes up to 5: that is a 1-5 rating, not an answer from 0 to 10. Map another column to "score", or state the scale with the constant "scale_max" in a mapping file.`,
    { column: scale.column, max: scale.max },
  );
}

function currencyInAmount(text: string): string | null {
  return /[^\d.,\s()+-]/.test(text) ? currencyInValue(text) : null;
}
