import { Answer, capital, formatNumber, RungBadge, SideRow, SideSection, TeamMark } from '../../kit/index.ts';
import { useSelection } from '../../data/index.ts';
import { useTouches, VIEW } from './model.ts';
import { capSentence } from './words.ts';

/** Findings, each a door; counts by team and channel; the targets. */
export default function TouchesSideBar() {
  const { summary, own } = useTouches();
  const brush = useSelection((s) => s.brush);
  const by = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/by`)?.text);
  const level = useSelection((s) => s.clauses.find((c) => c.id === `${VIEW}/level`)?.text);
  const select = (field: 'team' | 'channel', value: string) => (): void =>
    brush(VIEW, { key: 'by', text: byText(field, value), sentence: `touched by ${value}` });
  return (
    <Answer of={summary} what="Looking at touches">
      {({ summary: s }) => (
        <>
          <SideSection id="touches.findings" title="Findings">
            {s.findings.map((f) => (
              <SideRow
                key={f.id}
                label={f.label}
                value={formatNumber(f.customers)}
                title={f.where}
                selected={own === f.where}
                onOpen={() => brush(VIEW, { text: f.where, sentence: f.label.toLowerCase() })}
              />
            ))}
          </SideSection>
          <SideSection id="touches.teams" title="Lanes" note={`${formatNumber(s.touches)} outbound`}>
            {s.byTeam.map((t) => (
              <SideRow
                key={t.team}
                label={<TeamMark team={t.team} />}
                value={formatNumber(t.touches)}
                selected={by === byText('team', t.team)}
                onOpen={select('team', t.team)}
              />
            ))}
          </SideSection>
          <SideSection id="touches.channels" title="Channels">
            {s.byChannel.map((c) => (
              <SideRow
                key={c.channel}
                label={c.channel}
                value={formatNumber(c.touches)}
                selected={by === byText('channel', c.channel)}
                onOpen={select('channel', c.channel)}
              />
            ))}
          </SideSection>
          <SideSection
            id="touches.targets"
            title="Targets"
            note={s.rules.version === 0 ? 'days between touches' : `rules version ${s.rules.version}`}
          >
            {s.targets.map((t) => (
              <SideRow key={t.rung} label={<RungBadge rung={t.rung} label={capital(t.rung)} />} value={`${t.days} d`} />
            ))}
          </SideSection>
          <SideSection id="touches.levels" title="Levels">
            {s.levels.map((l) => (
              <SideRow
                key={l.level}
                label={`${capital(l.level)}-touched`}
                value={formatNumber(l.customers)}
                title={l.where}
                selected={level === l.where}
                onOpen={() => brush(VIEW, { key: 'level', text: l.where, sentence: `${l.level}-touched` })}
              />
            ))}
          </SideSection>
          {s.rules.caps.length > 0 ? (
            <SideSection id="touches.caps" title="Caps">
              <ul className="caps">
                {s.rules.caps.map((cap) => (
                  <li key={cap}>{capSentence(cap)}</li>
                ))}
              </ul>
            </SideSection>
          ) : null}
        </>
      )}
    </Answer>
  );
}

function byText(field: 'team' | 'channel', value: string): string {
  return `exists(touches where direction = out and ${field} = ${value})`;
}
