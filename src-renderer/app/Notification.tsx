import { Button, IconButton } from '../kit/controls.tsx';
import { copyText } from '../kit/csv.ts';
import { Icon } from '../kit/Icon.tsx';
import { useNotices } from '../data/notify.ts';

/** At most one notification, in the corner, never over the status bar. It stays until it is dismissed or replaced. */
export function Notification() {
  const notice = useNotices((s) => s.notice);
  const { dismiss } = useNotices.getState();
  return (
    <div
      className="notice-place"
      role={notice?.level === 'error' ? 'alert' : 'status'}
      aria-live={notice?.level === 'error' ? 'assertive' : 'polite'}
    >
      {notice ? (
        <div className={`notice notice-${notice.level}`}>
          <Icon name={notice.level === 'info' ? 'info' : notice.level} />
          <p>{notice.text}</p>
          <IconButton icon="close" label="Dismiss notification" onClick={dismiss} />
          {notice.detail || notice.actions ? (
            <div className="notice-actions">
              {notice.actions?.map((a) => (
                <Button
                  key={a.label}
                  onClick={() => {
                    dismiss();
                    a.run();
                  }}
                >
                  {a.label}
                </Button>
              ))}
              {notice.detail ? (
                <Button kind="quiet" onClick={() => copyText(notice.detail ?? '')}>
                  Copy details
                </Button>
              ) : null}
            </div>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
