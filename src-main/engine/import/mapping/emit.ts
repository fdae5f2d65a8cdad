import type { Day } from '#engine/base/days.ts';
import type { RowTexts } from '#engine/base/entities.ts';
import { isScientificLong } from './cells.ts';
import type { EntityPlan } from './entity-plan.ts';
import type { PartyHandles } from './parties.ts';
import type { Pass } from './pass.ts';

/** Hands the current row to the sink as one entity; false when it was rejected. */
export function emit(pass: Pass, entity: EntityPlan, attributes: (() => string | null) | null): boolean {
  const row = pass.row;
  const { values, texts } = entity;
  const { cells } = row;
  for (let i = 0; i < entity.width; i += 1) values[i] = null;
  const { setters } = entity;
  for (let i = 0; i < setters.length; i += 1) setters[i]!(row, values);
  if (row.failed) return false;
  for (let i = 0; i < texts.length; i += 1) texts[i] = entity.textOf[i]!(cells);

  const externalId = externalIdOf(pass, entity);
  if (!complete(pass, entity)) return false;
  const person = entity.person ? handleOf(pass, entity, 'party', entity.person, entity.refusesPerson) : 0;
  const account = entity.account ? handleOf(pass, entity, 'account', entity.account, entity.refusesAccount) : 0;
  return handOver(pass, entity, externalId, person, account, attributes, null);
}

/** Handle that stands for the row itself, which the sink keeps as a row of its own and no reference names. */
const ITSELF = -1;

function handleOf(
  pass: Pass,
  entity: EntityPlan,
  own: 'party' | 'account',
  handles: PartyHandles,
  refused: boolean,
): number {
  if (entity.spec.name === own && pass.sink.keepsOwnRows === true && handles.identifies(entity.texts, refused))
    return ITSELF;
  return handles.handle(entity.texts, refused);
}

/** The external id of the current row, from its id column or the columns of its key; null when it has none. */
export function externalIdOf(pass: Pass, entity: EntityPlan): string | null {
  const { cells } = pass.row;
  let externalId: string | null = entity.idStrip ? entity.idStrip(cells) : null;
  if (externalId === '' || entity.refusesId) externalId = null;
  if (externalId !== null && isScientificLong(externalId)) {
    pass.keepAsText(
      pass.plan.index.headers[entity.idColumn]!,
      externalId,
      'a spreadsheet has cut the number: it is no key',
    );
    externalId = null;
  }
  if (externalId === null && entity.key.length > 0) externalId = entity.key.map((at) => cells[at]!).join('|');
  return externalId;
}

/** Fills what follows from the values of the current row and from the file; false when the row was rejected. */
export function complete(pass: Pass, entity: EntityPlan): boolean {
  const { values, texts, spec } = entity;
  if (entity.daySlot >= 0 && values[entity.daySlot] === null) {
    for (const instant of entity.instants) {
      if (values[instant.day] === null) continue;
      values[entity.daySlot] = values[instant.day]!;
      values[entity.daySlot + 1] = values[instant.at]!;
      break;
    }
    if (values[entity.daySlot] === null) {
      const dateColumns = entity.bound.columns.filter((c) =>
        spec.fields.some((f) => f.name === c.mapping.field && f.type === 'instant'),
      );
      if (dateColumns.length === 0 && pass.options.importDay !== undefined) {
        values[entity.daySlot] = pass.options.importDay;
      } else {
        const main = dateColumns[0];
        pass.fail(
          main?.header ?? null,
          '',
          `The ${spec.name.replace('_', ' ')} has no date: ${main ? `column "${main.header}" is empty` : 'the file has no date column'}.`,
        );
        return false;
      }
    }
  }
  for (const slot of entity.ownerSlots) {
    const owner = values[slot];
    if (typeof owner === 'string') values[slot] = pass.options.ownerName?.(owner) ?? owner;
  }
  if (entity.teamSlot >= 0 && values[entity.teamSlot] === null) {
    const owner = entity.ownerSlot >= 0 ? values[entity.ownerSlot] : null;
    values[entity.teamSlot] = (typeof owner === 'string' ? pass.options.ownerTeam?.(owner) : null) ?? 'unknown';
  }
  if (entity.nameSlot >= 0 && values[entity.nameSlot] === null) {
    const given = entity.givenSlot >= 0 ? texts[entity.givenSlot]! : '';
    const family = entity.familySlot >= 0 ? texts[entity.familySlot]! : '';
    const whole = given && family ? `${given} ${family}` : given || family;
    if (whole !== '') values[entity.nameSlot] = whole;
  }
  if (
    spec.name === 'transaction' &&
    (values[entity.kindSlot] === 'refund' || values[entity.kindSlot] === 'credit_note')
  ) {
    const amount = values[entity.amountSlot];
    if (typeof amount === 'number' && amount < 0) values[entity.amountSlot] = -amount;
  }
  if (entity.currencySlot >= 0 && entity.amountSlot >= 0 && values[entity.amountSlot] !== null) {
    const key = `${spec.name} ${values[entity.currencySlot] as string}`;
    pass.amounts.set(key, (pass.amounts.get(key) ?? 0) + (values[entity.amountSlot] as number));
  }
  if (entity.daySlot >= 0) pass.shape.day(values[entity.daySlot] as Day);
  return true;
}

/** Hands the current row to the sink; false when it names nobody and must. */
export function handOver(
  pass: Pass,
  entity: EntityPlan,
  externalId: string | null,
  person: number,
  account: number,
  attributes: (() => string | null) | null,
  texts: RowTexts | null,
): boolean {
  const { row } = pass;
  const { values, spec } = entity;
  const { cells } = row;
  if ((spec.name === 'party' && person === 0) || (spec.name === 'account' && account === 0)) {
    pass.fail(null, null, 'The row names nobody: no id, no e-mail address and no name.');
    return false;
  }
  entity.rows += 1;
  for (const { at, slot } of entity.money) {
    const minor = values[slot];
    if (typeof minor !== 'number' || cells[at] === '') continue;
    const currency = (values[entity.currencySlot] as string | null) ?? pass.options.settings.currency;
    const credit =
      slot === entity.amountSlot &&
      entity.kindSlot >= 0 &&
      (values[entity.kindSlot] === 'refund' || values[entity.kindSlot] === 'credit_note');
    let sums = pass.sums.get(at);
    if (sums === undefined) pass.sums.set(at, (sums = new Map()));
    sums.set(currency, (sums.get(currency) ?? 0) + (credit ? -minor : minor));
  }
  const named = spec.name === 'account' ? account : person !== 0 ? person : account;
  const party = named === ITSELF ? 0 : named;
  pass.sink.row(
    spec,
    row.line,
    externalId,
    party,
    spec.name === 'account' ? 0 : account,
    values,
    attributes ? attributes() : null,
    entity.stamp === null ? null : entity.stamp(row),
    texts,
  );
  return true;
}
