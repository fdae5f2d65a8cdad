import { Answer, Button, Dialog, Sentence, copyText } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';

/** The statement that answers the selection over the documented views, to read and to copy. */
export function SqlDialog({ where, onClose }: { where: string; onClose: () => void }) {
  const shown = useEngine('showSql', { text: where }, { keep: false });
  const text = shown.data?.runnable;
  return (
    <Dialog
      title="SQL of the selection"
      onClose={onClose}
      width={860}
      footer={
        <>
          <Button disabled={text === undefined} onClick={() => text !== undefined && copyText(text)}>
            Copy
          </Button>
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <Sentence dim>
        The same customers by SQL over the documented views: holds is 1 where the selection is true and empty where a
        value is unknown.
      </Sentence>
      <Answer of={shown}>
        {(report) => (
          <textarea
            className="sql-text"
            readOnly
            aria-label="SQL"
            spellCheck={false}
            value={report.runnable}
            rows={24}
          />
        )}
      </Answer>
    </Dialog>
  );
}
