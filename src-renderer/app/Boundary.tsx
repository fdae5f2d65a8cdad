import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorState } from '../kit/states.tsx';

/** Keeps a mistake in one view from taking the window with it. */
export class Boundary extends Component<{ what: string; children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorState
        title={`${this.props.what} could not be drawn`}
        error={error}
        retry={() => this.setState({ error: null })}
      />
    );
  }
}
