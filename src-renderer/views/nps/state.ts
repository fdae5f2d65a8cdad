import type { ChartFrameProps } from '../../kit/index.ts';

type Query = { data: unknown; error: unknown; refetch: () => unknown };

/** What a chart frame shows instead of its chart: loading, failed, or nothing to draw. */
export function chartState(
  query: Query,
  nothing: { title: string; needs: string } | null = null,
): ChartFrameProps['state'] {
  if (query.data === undefined)
    return query.error
      ? { kind: 'failed', error: query.error, retry: () => void query.refetch() }
      : { kind: 'loading' };
  return nothing === null ? undefined : { kind: 'empty', ...nothing };
}
