import { useEffect, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, formatDay, IconButton, useRemembered, useSize } from '../../kit/index.ts';
import { useWorkspace } from '../../data/index.ts';
import type { ViewProps } from '../../commands/index.ts';
import { slideAfter } from './keys.ts';
import { useShow } from './show.ts';
import { Slide, SLIDES } from './Slide.tsx';
import { useSlides } from './useSlides.ts';
import '../../kit/figures/figures.css';
import './present.css';

/** Slides from live data: in the tab as a preview, over the whole window once started. */
export default function Present({ active }: ViewProps) {
  const slides = useSlides();
  const { info } = useWorkspace();
  const [number, setNumber] = useRemembered('present.slide', 0);
  const { on, start, end } = useShow();
  const full = on && active;
  const [stage, size] = useSize<HTMLDivElement>();
  const startButton = useRef<HTMLSpanElement>(null);
  const last = SLIDES.length - 1;
  const go = (to: number): void => setNumber(Math.max(0, Math.min(last, to)));
  const name = info?.name ?? 'Ladderline';

  useEffect(() => {
    if (!full) return;
    const back = startButton.current;
    stage.current?.focus();
    // Without a screen to fill, for example in a window manager that forbids it, the slides cover the window.
    document.documentElement.requestFullscreen().catch(() => undefined);
    let entered = document.fullscreenElement !== null;
    const follow = (): void => {
      if (document.fullscreenElement !== null) entered = true;
      else if (entered) end();
    };
    document.addEventListener('fullscreenchange', follow);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
      requestAnimationFrame(() => back?.querySelector('button')?.focus());
    };
  }, [full, end, stage]);
  useEffect(() => {
    if (!active) end();
  }, [active, end]);

  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const to = slideAfter(e.key, number, last);
    if (to === null || (to === 'end' && !full)) return;
    if (to === 'end') end();
    else go(to);
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div className="present">
      <div className="present-tools" inert={full}>
        <span ref={startButton}>
          <Button kind="primary" icon="play" onClick={start}>
            Start
          </Button>
        </span>
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
      <div
        ref={stage}
        className={full ? 'present-stage present-full' : 'present-stage'}
        role="region"
        aria-roledescription="slide"
        aria-label={`Slide ${number + 1} of ${SLIDES.length}: ${SLIDES[number] ?? ''}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <Slide number={number} slides={slides} workspace={name} size={size} />
        <p
          className="present-foot"
          style={{ fontSize: Math.max(12, Math.min(size.width / 1360, size.height / 765) * 14) }}
        >
          <span>
            {name} · {slides.asOf === null ? 'nothing imported' : `as of ${formatDay(slides.asOf)}`} ·{' '}
            {slides.words === '' ? 'all customers' : slides.words}
          </span>
          <span>
            {number + 1} / {SLIDES.length}
          </span>
        </p>
        <p className="hidden-label" aria-live="polite">
          {full ? `Slide ${number + 1} of ${SLIDES.length}: ${SLIDES[number] ?? ''}` : ''}
        </p>
      </div>
    </div>
  );
}
