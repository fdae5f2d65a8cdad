import type { ReactNode } from 'react';
import { Button } from './controls.tsx';
import { copyText } from './csv.ts';
import { Icon } from './Icon.tsx';

export type EmptyStateProps = {
  /** What this place is. */
  title: string;
  /** What data it needs. */
  needs: ReactNode;
  /** The one thing to do about it. */
  action?: { label: string; run: () => void } | undefined;
  icon?: string;
};

/** What it is, what data it needs, one action. */
export function EmptyState({ title, needs, action, icon = 'inbox' }: EmptyStateProps) {
  return (
    <div className="state">
      <Icon name={icon} className="state-icon" />
      <p className="state-title">{title}</p>
      <p className="state-text">{needs}</p>
      {action ? (
        <Button kind="primary" onClick={action.run}>
          {action.label}
        </Button>
      ) : null}
    </div>
  );
}

/** An error with its details to copy and a way to try again. */
export function ErrorState({
  error,
  retry,
  title = 'This could not be shown',
}: {
  error: unknown;
  retry?: (() => void) | undefined;
  title?: string;
}) {
  const message = error instanceof Error ? error.message : String(error);
  const bag = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; detail?: unknown };
  const details = (): string =>
    JSON.stringify({ code: bag.code ?? null, message, detail: bag.detail ?? null }, null, 2);
  return (
    <div className="state" role="alert">
      <Icon name="error" className="state-icon error-icon" />
      <p className="state-title">{title}</p>
      <p className="state-text">{message}</p>
      <div className="state-actions">
        {retry ? (
          <Button kind="primary" onClick={retry}>
            Try again
          </Button>
        ) : null}
        <Button onClick={() => copyText(details())}>Copy details</Button>
      </div>
    </div>
  );
}

/** Shown while something is computed. Appears after 200 ms so that fast answers do not flicker. */
export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <div className="state state-loading" role="status">
      <span className="spinner" aria-hidden="true" />
      <p className="state-text">{what}</p>
    </div>
  );
}

/** How far something is; without a total only that it is going on. */
export function Progress({
  label,
  done,
  total,
  note,
  onCancel,
}: {
  label: string;
  done: number | null;
  total: number | null;
  note?: ReactNode;
  onCancel?: (() => void) | undefined;
}) {
  const share = done !== null && total !== null && total > 0 ? Math.min(1, done / total) : null;
  return (
    <div className="progress">
      <div className="progress-head">
        <span>{label}</span>
        {note ? <span className="dim">{note}</span> : null}
        {onCancel ? (
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        ) : null}
      </div>
      <progress aria-label={label} {...(share === null ? {} : { value: share, max: 1 })} />
    </div>
  );
}

type QueryLike<T> = {
  data: T | undefined;
  error: unknown;
  isPending?: boolean;
  isLoading?: boolean;
  refetch: () => unknown;
};

/**
 * Loading, failed or ready, the same everywhere: `<Answer of={query}>{(report) => ...}</Answer>`.
 * `empty` is shown instead of the children when it returns something.
 */
export function Answer<T>({
  of,
  children,
  what,
  empty,
}: {
  of: QueryLike<T>;
  children: (data: T) => ReactNode;
  what?: string;
  empty?: (data: T) => EmptyStateProps | null;
}) {
  if (of.data !== undefined) {
    const nothing = empty?.(of.data);
    return nothing ? <EmptyState {...nothing} /> : <>{children(of.data)}</>;
  }
  if (of.error) return <ErrorState error={of.error} retry={() => void of.refetch()} />;
  return <Loading {...(what === undefined ? {} : { what })} />;
}
