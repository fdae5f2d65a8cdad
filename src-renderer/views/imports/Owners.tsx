import { Answer, Isolated, Sentence } from '../../kit/index.ts';
import { runCommand, useEngine } from '../../data/index.ts';
import { Typed } from './Typed.tsx';
import type { Preview } from './edits.ts';

const TEAMS = ['sales', 'marketing', 'service', 'accounts'] as const;
type Team = (typeof TEAMS)[number];

/** Which team each owner that the file or the workspace names belongs to. */
export function Owners({ preview }: { preview: Preview }) {
  const table = useEngine('ownerTeams', {});
  const named = preview.columns
    .filter((c) => c.fields.some((field) => /\.(owner|assigned_to)$/.test(field)))
    .flatMap((c) => c.words ?? []);
  const set = (owner: string, team: Team | null, name: string | null): void => {
    void runCommand('setOwnerTeams', { rows: [{ owner, team, name }] }, { label: `Team of ${owner}` }).catch(
      () => undefined,
    );
  };
  return (
    <Answer of={table} what="Reading the owners">
      {({ rows }) => {
        const known = new Map(rows.map((row) => [row.owner, row]));
        const owners = [...new Set([...named.map((w) => w.text), ...known.keys()])];
        return (
          <div className="imports-mapping">
            <Sentence dim>
              The team of an owner counts for rows without a team of their own. It is saved in the workspace at once,
              for every file, and can be undone.
              {owners.length === 0
                ? ' No column of this file is mapped to an owner of few names, and no owner has a team yet.'
                : ''}
            </Sentence>
            {owners.length === 0 ? null : (
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">Owner</th>
                    <th scope="col" className="num">
                      Rows
                    </th>
                    <th scope="col">Team</th>
                    <th scope="col">Name, where the source writes a key</th>
                  </tr>
                </thead>
                <tbody>
                  {owners.map((owner) => {
                    const row = known.get(owner);
                    return (
                      <tr key={owner}>
                        <th scope="row">
                          <Isolated text={owner} />
                        </th>
                        <td className="num">{named.find((w) => w.text === owner)?.rows ?? ''}</td>
                        <td>
                          <select
                            className="select"
                            aria-label={`Team of ${owner}`}
                            value={row?.team ?? ''}
                            onChange={(e) =>
                              set(owner, e.target.value === '' ? null : (e.target.value as Team), row?.name ?? null)
                            }
                          >
                            <option value="">no team</option>
                            {TEAMS.map((team) => (
                              <option key={team} value={team}>
                                {team}
                              </option>
                            ))}
                          </select>
                        </td>
                        <td>
                          <Typed
                            label={`Name of ${owner}`}
                            hideLabel
                            value={row?.name ?? ''}
                            placeholder={row ? 'as written' : 'choose a team first'}
                            disabled={!row}
                            onDone={(name) => set(owner, row?.team ?? null, name === '' ? null : name)}
                          />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            )}
          </div>
        );
      }}
    </Answer>
  );
}
