import { Button, Icon, Isolated } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';
import { useQueue } from './queue.ts';
import type { DateOrder, Item } from './queue.ts';
import { readings } from './readings.ts';
import { entityName } from './words.ts';

/** What is wrong with a file and what to do about it; what a person can decide is decided here. */
export function Failed({ item }: { item: Item }) {
  const { override, check } = useQueue.getState();
  const { error } = item;
  const { token } = item.file;
  if (!error) return null;
  // The message ends with the option of the command line; here the buttons below stand in its place.
  const message = error.message
    .replace(/ Say it with --[^.]*\.( Without.*)?$/, '')
    .replace(/ or give a mapping file with --map\.$/, '.');
  return (
    <div className="imports-error" role="alert">
      <p className="warning-text">
        <Icon name="warning" /> <Isolated text={message} />
      </p>
      {error.code === 'date-order' ? <DateChoice item={item} /> : null}
      {error.code === 'no-mapping' ? <EntityChoice token={token} /> : null}
      {['date-order', 'no-mapping', 'no-columns'].includes(error.code) ? null : (
        <div className="imports-choice">
          <Button
            onClick={() =>
              item.preview && !item.preview.problem ? void check(token) : override(token, { profile: undefined })
            }
          >
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function DateChoice({ item }: { item: Item }) {
  const { override } = useQueue.getState();
  const { column, samples } = item.error!.detail as { column?: string; samples?: readonly string[] };
  const sample = samples?.[0];
  const choose = (dateOrder: DateOrder): void => override(item.file.token, { dateOrder });
  const choices = sample === undefined ? [] : readings(sample);
  return (
    <div
      className="imports-choice"
      role="group"
      aria-label={`How to read ${sample ?? 'the dates'} in ${column ?? 'this file'}`}
    >
      <span>{sample === undefined ? 'Dates are' : `“${sample}” is`}</span>
      {choices.length > 0
        ? choices.map(({ order, words }) => (
            <Button key={order} onClick={() => choose(order)}>
              {words}
            </Button>
          ))
        : (['dmy', 'mdy', 'ymd'] as const).map((order) => (
            <Button key={order} onClick={() => choose(order)}>
              {{ dmy: 'day month year', mdy: 'month day year', ymd: 'year month day' }[order]}
            </Button>
          ))}
    </div>
  );
}

function EntityChoice({ token }: { token: string }) {
  const { override } = useQueue.getState();
  const catalogue = useEngine('profiles', {});
  return (
    <div className="imports-choice" role="group" aria-label="What a row of this file is">
      <span>A row is</span>
      {(catalogue.data?.entities ?? []).map((e) => (
        <Button key={e.name} onClick={() => override(token, { as: e.name })}>
          {entityName(e.name)}
        </Button>
      ))}
    </div>
  );
}
