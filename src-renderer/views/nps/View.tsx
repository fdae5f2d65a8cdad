import { Select, Tabs, useRemembered, ViewControls } from '../../kit/index.ts';
import { Bulletin } from './Bulletin.tsx';
import { Change } from './Change.tsx';
import { Comments } from './Comments.tsx';
import { Coverage } from './Coverage.tsx';
import { Loop } from './Loop.tsx';
import type { Kind, Level, Method, NpsModel, Unit } from './model.ts';
import { useNps } from './model.ts';
import { Rules } from './Rules.tsx';
import { Score } from './Score.tsx';
import { Spots } from './Spots.tsx';
import '../../kit/figures/figures.css';
import './nps.css';

const PAGES = [
  { id: 'score', label: 'Score' },
  { id: 'change', label: 'Change' },
  { id: 'coverage', label: 'Who is heard' },
  { id: 'loop', label: 'Closed loop' },
  { id: 'comments', label: 'Comments' },
  { id: 'spots', label: 'Vulnerable spots' },
  { id: 'bulletin', label: 'Bulletin' },
  { id: 'rules', label: 'Rules' },
] as const;
type Page = (typeof PAGES)[number]['id'];

/** NPS: the score and how it changes, who is heard, what is done about it, what people say, and the rules it rests on. */
export default function Nps() {
  const model = useNps();
  const [page, setPage] = useRemembered<Page>('nps.page', 'score');
  return (
    <div className="nps analysis">
      <Controls model={model} />
      <Tabs label="NPS" className="nps-tabs" items={PAGES} value={page} onChange={setPage}>
        {pageOf(page, model)}
      </Tabs>
    </div>
  );
}

function pageOf(page: Page, model: NpsModel) {
  switch (page) {
    case 'score':
      return <Score model={model} />;
    case 'change':
      return <Change model={model} />;
    case 'coverage':
      return <Coverage model={model} />;
    case 'loop':
      return <Loop model={model} />;
    case 'comments':
      return <Comments model={model} />;
    case 'spots':
      return <Spots model={model} />;
    case 'bulletin':
      return <Bulletin />;
    case 'rules':
      return <Rules />;
    default:
      return page satisfies never;
  }
}

/** Which answers count and how the interval is made, in the breadcrumb line. */
function Controls({ model }: { model: NpsModel }) {
  return (
    <ViewControls>
      <Select<Kind>
        inline
        label="answers"
        value={model.kind}
        onChange={model.setKind}
        choices={[
          {
            value: 'auto',
            label: `default${model.report.data && model.kind === 'auto' ? ` (${model.report.data.kind})` : ''}`,
          },
          { value: 'relational', label: 'relational' },
          { value: 'transactional', label: 'transactional' },
        ]}
      />
      <Select<Unit>
        inline
        label="one vote per"
        value={model.unit}
        onChange={model.setUnit}
        choices={[
          { value: 'respondent', label: 'respondent' },
          { value: 'customer', label: 'customer' },
          { value: 'revenue', label: 'customer, by revenue' },
          { value: 'roles', label: 'customer, by roles' },
        ]}
      />
      <Select<Method>
        inline
        label="interval"
        value={model.interval}
        onChange={model.setInterval}
        choices={[
          { value: 'adjusted_wald', label: 'adjusted Wald' },
          { value: 'wald', label: 'Wald' },
          { value: 'score', label: 'score' },
        ]}
      />
      <Select<Level>
        inline
        label="level"
        value={model.level}
        onChange={model.setLevel}
        choices={[
          { value: '0.9', label: '90 %' },
          { value: '0.95', label: '95 %' },
          { value: '0.99', label: '99 %' },
        ]}
      />
    </ViewControls>
  );
}
