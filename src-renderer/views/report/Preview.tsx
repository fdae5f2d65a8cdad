import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { Ref } from 'react';
import { useSize } from '../../kit/index.ts';
import { parseReport } from './paper.ts';

/** Width of a page of the file with the margin around it. */
const SHEET = 1312;

export type PreviewHandle = { show(page: string): void };

/** The pages as they will be saved, in a shadow tree of their own, scaled to the width that is there. */
export function Preview({ html, ref }: { html: string; ref: Ref<PreviewHandle> }) {
  const [box, { width }] = useSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const { style, sections } = parseReport(html);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const paper = document.createElement('div');
    paper.className = 'paper';
    paper.append(...sections.map((s) => document.adoptNode(s)));
    root.replaceChildren(paper);
  }, [html]);

  useLayoutEffect(() => {
    const element = host.current;
    if (element && width > 0) element.style.setProperty('zoom', String(Math.min(1, width / SHEET)));
  }, [width]);

  useImperativeHandle(ref, () => ({
    show: (page) => host.current?.shadowRoot?.getElementById(page)?.scrollIntoView({ block: 'start' }),
  }));

  return (
    <div ref={box} className="report-preview" role="region" aria-label="Pages of the report" tabIndex={0}>
      <div ref={host} />
    </div>
  );
}
