import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, IconButton, formatDay, useRemembered } from '../../kit/index.ts';
import { useWorkspace } from '../../data/index.ts';
import type { ViewProps } from '../../commands/index.ts';
import { Slide, SLIDES } from './Slide.tsx';
import { useSlides } from './useSlides.ts';
import '../../kit/figures/figures.css';
import './present.css';

/** Slides from live data: in the tab as a preview, over the whole window when started. */
export default function Present({ active }: ViewProps) {
  const slides = useSlides();
  const { info } = useWorkspace();
  const [number, setNumber] = useRemembered('present.slide', 0);
  const [full, setFull] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const last = SLIDES.length - 1;
  const go = (to: number): void => setNumber(Math.max(0, Math.min(last, to)));
  const name = info?.name ?? 'Ladderline';

  useEffect(() => {
    if (!full) return;
    stage.current?.focus();
    const enter = document.documentElement.requestFullscreen?.();
    enter?.catch(() => undefined);
    return () => {
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    };
  }, [full]);
  useEffect(() => {
    if (!active) setFull(false);
  }, [active]);

  const onKeyDown = (e: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: number + 1, ArrowDown: number + 1, PageDown: number + 1, ' ': number + 1, ArrowLeft: number - 1, ArrowUp: number - 1, PageUp: number - 1, Home: 0, End: last };
    const to = steps[e.key];
    if (to !== undefined) go(to);
    else if (e.key === 'Escape' && full) setFull(false);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div className="present">
      {full ? null : (
        <div className="present-tools">
          <Button kind="primary" icon="play" onClick={() => setFull(true)}>
            Start
          </Button>
          <IconButton icon="arrow-left" label="Previous slide" disabled={number === 0} onClick={() => go(number - 1)} />
          <IconButton icon="arrow-right" label="Next slide" disabled={number === last} onClick={() => go(number + 1)} />
          <ol className="present-list" aria-label="Slides">
            {SLIDES.map((title, i) => (
              <li key={title}>
                <button type="button" aria-current={i === number ? 'true' : undefined} onClick={() => go(i)}>
                  {i + 1}. {title}
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
      <div
        ref={stage}
        className={full ? 'present-stage present-full' : 'present-stage'}
        role="region"
        aria-roledescription="slide"
        aria-label={`Slide ${number + 1} of ${SLIDES.length}: ${SLIDES[number] ?? ''}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <Slide number={number} slides={slides} workspace={name} />
        <p className="present-foot dim" aria-live="polite">
          <span>
            {name} · {slides.asOf === null ? 'nothing imported' : `as of ${formatDay(slides.asOf)}`} · {slides.words === '' ? 'all customers' : slides.words}
          </span>
          <span>
            {number + 1} / {SLIDES.length}
          </span>
        </p>
      </div>
    </div>
  );
}
