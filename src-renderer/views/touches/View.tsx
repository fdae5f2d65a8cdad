import { Crumbs, Segmented, Select, ViewControls } from '../../kit/index.ts';
import { Balance } from './Balance.tsx';
import { Kinds } from './Kinds.tsx';
import { PAGES, useTouches } from './model.ts';
import type { Page, Sort, TouchesModel } from './model.ts';
import { Plan } from './Plan.tsx';
import { Replies } from './Replies.tsx';
import { Rhythm } from './Rhythm.tsx';
import { Rules } from './Rules.tsx';
import '../../kit/figures/figures.css';
import './touches.css';

/** The rhythm of touches: who hears nothing, who hears too much, who is sold to at the wrong moment, and what to do next. */
export default function Touches() {
  const model = useTouches();
  const page = PAGES.find((one) => one.value === model.page) ?? PAGES[0];
  return (
    <div className="touches analysis">
      <Controls model={model} />
      <Crumbs items={[page.value === 'rhythm' ? `last ${model.weeks} weeks` : page.label.toLowerCase()]} />
      {body(page.value, model)}
    </div>
  );
}

function body(page: Page, model: TouchesModel) {
  switch (page) {
    case 'rhythm':
      return <Rhythm model={model} />;
    case 'balance':
      return <Balance model={model} />;
    case 'replies':
      return <Replies model={model} />;
    case 'kinds':
      return <Kinds model={model} />;
    case 'plan':
      return <Plan model={model} />;
    default:
      return <Rules />;
  }
}

function Controls({ model }: { model: TouchesModel }) {
  return (
    <ViewControls>
      <Segmented<Page> label="Page of touches" value={model.page} onChange={model.setPage} choices={PAGES} />
      {model.page === 'rhythm' ? (
        <>
          <Select<Sort>
            inline
            label="sorted by"
            value={model.sort}
            onChange={model.setSort}
            choices={[
              { value: 'worst_gap:desc', label: 'worst gap' },
              { value: 'open_gap:desc', label: 'open gap' },
              { value: 'evenness:asc', label: 'least even' },
              { value: 'revenue_12m:desc', label: 'revenue' },
              { value: 'name:asc', label: 'name' },
            ]}
          />
          <Select
            inline
            label="weeks"
            value={String(model.weeks)}
            onChange={model.setWeeks}
            choices={[
              { value: '26', label: '26' },
              { value: '39', label: '39' },
              { value: '52', label: '52' },
              { value: '104', label: '104' },
            ]}
          />
        </>
      ) : null}
    </ViewControls>
  );
}
