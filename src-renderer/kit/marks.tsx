import type { CSSProperties } from 'react';

export const RUNG_ORDER = ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner'] as const;
export type RungName = (typeof RUNG_ORDER)[number] | 'lapsed';
export const TEAM_ORDER = ['sales', 'marketing', 'service', 'accounts', 'inbound'] as const;
export type TeamName = (typeof TEAM_ORDER)[number];

/** `Client` of `client`. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The fill of a rung for SVG and style props: `var(--rung-client)`. */
export function rungFill(rung: string): string {
  return (RUNG_ORDER as readonly string[]).includes(rung) ? `var(--rung-${rung})` : 'var(--rung-lapsed)';
}

/** The fill of a team for SVG and style props. */
export function teamFill(team: string): string {
  return (TEAM_ORDER as readonly string[]).includes(team) ? `var(--team-${team})` : 'var(--dim)';
}

/** A token's colour for canvas: `tokenColour('--mark')`. Read it again when `useTheme().theme` changes. */
export function tokenColour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/** A rung: its colour as a square and its name as text. The overlay `lapsed` is an empty, dashed square. */
export function RungBadge({ rung, label }: { rung: string; label?: string }) {
  const known = (RUNG_ORDER as readonly string[]).includes(rung);
  return (
    <span className="badge-rung">
      <span
        className={known ? 'swatch' : 'swatch swatch-lapsed'}
        style={known ? { background: rungFill(rung) } : undefined}
        aria-hidden="true"
      />
      {label ?? capital(rung)}
    </span>
  );
}

const SHAPES: Record<string, string> = {
  sales: 'M6 1 a5 5 0 1 0 0.01 0 Z',
  marketing: 'M1.5 1.5 h9 v9 h-9 Z',
  service: 'M6 1 L11.2 10.5 H0.8 Z',
  accounts: 'M6 0.5 L11.5 6 L6 11.5 L0.5 6 Z',
};

/** The shape and hue of a team (or of inbound touches, a ring), as 12 x 12 SVG content around the point (x, y). */
export function TeamShape({
  team,
  x = 6,
  y = 6,
  size = 12,
  style,
}: {
  team: string;
  x?: number;
  y?: number;
  size?: number;
  style?: CSSProperties;
}) {
  const path = SHAPES[team];
  const move = `translate(${x - size / 2} ${y - size / 2}) scale(${size / 12})`;
  return path ? (
    <path d={path} transform={move} fill={teamFill(team)} style={style} />
  ) : (
    <circle cx="6" cy="6" r="4" transform={move} fill="none" stroke={teamFill(team)} strokeWidth="2.5" style={style} />
  );
}

/** A team: its shape in its hue, and its name. */
export function TeamMark({ team, label }: { team: string; label?: string }) {
  return (
    <span className="badge-team">
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <TeamShape team={team} />
      </svg>
      {label ?? team}
    </span>
  );
}

/** Up (blue), down (orange) or no change, each with its own shape and an explicit word for those who do not see it. */
export function Direction({ of }: { of: 'up' | 'down' | 'stay' | 'entered' | 'left' }) {
  const words = { up: 'rose', down: 'fell', stay: 'stayed', entered: 'new', left: 'gone' } as const;
  const shape = { up: '▲', down: '▼', stay: '–', entered: '+', left: '×' } as const;
  return (
    <span className={`direction direction-${of}`} role="img" aria-label={words[of]}>
      {shape[of]}
    </span>
  );
}
