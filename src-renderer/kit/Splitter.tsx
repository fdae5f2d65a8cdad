import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';

/**
 * The line between two parts: `role=separator`, dragged or moved with the arrow keys (Shift for larger steps, Home and End for the limits).
 * `grows` says in which direction dragging makes the measured part larger.
 */
export function Splitter({
  label,
  orientation,
  value,
  min,
  max,
  grows = 1,
  onChange,
}: {
  label: string;
  orientation: 'vertical' | 'horizontal';
  value: number;
  min: number;
  max: number;
  grows?: 1 | -1;
  onChange: (value: number) => void;
}) {
  const start = useRef<{ at: number; value: number } | null>(null);
  const clamp = (next: number): number => Math.round(Math.min(max, Math.max(min, next)));
  const at = (e: PointerEvent): number => (orientation === 'vertical' ? e.clientX : e.clientY);

  const onKeyDown = (e: KeyboardEvent): void => {
    const step = e.shiftKey ? 50 : 10;
    const less = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp';
    const more = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown';
    let next: number | null = null;
    if (e.key === less) next = value - step * grows;
    else if (e.key === more) next = value + step * grows;
    else if (e.key === 'Home') next = min;
    else if (e.key === 'End') next = max;
    if (next === null) return;
    e.preventDefault();
    onChange(clamp(next));
  };

  return (
    <div
      className={`splitter splitter-${orientation}`}
      role="separator"
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={clamp(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        start.current = { at: at(e), value };
      }}
      onPointerMove={(e) => {
        if (start.current) onChange(clamp(start.current.value + (at(e) - start.current.at) * grows));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
    />
  );
}
