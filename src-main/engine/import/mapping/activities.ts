import type { ColumnFinding } from '../detect/columns.ts';
import { phraseOf } from './words.ts';

type Activity = {
  /** Each has to match the words of some column. */
  readonly headers: readonly RegExp[];
  /** Has to match some value of the column that matched the last of `headers`. */
  readonly values?: RegExp;
  readonly constants: Readonly<Record<string, string>>;
};

/** Activities that their headers tell although no column names a channel. The first whose headers are all there counts. */
const ACTIVITIES: readonly Activity[] = [
  { headers: [/^mail date$/], constants: { channel: 'mail', direction: 'out', team: 'marketing' } },
  {
    headers: [/email$/, /^(campaign|campaign name|email name|list|newsletter|subject)$/, /^(action|event|event type|activity|activity type|type)$/],
    values: /^(?:open|click|bounce|unsub|repl|forward|deliver|sent)/i,
    constants: { channel: 'email', direction: 'in', team: 'marketing' },
  },
  {
    headers: [/^(platform|network|social network|handle|author|author name|username|screen name|profile|page type|domain|source)$/, /^(post|tweet|post text|post url|post id|tweet id|message|permalink|mention|snippet|review|review text)$/, /^(sentiment|permalink|author|network|platform|handle|post.*|tweet.*|mention|author name|username|screen name)$/],
    constants: { channel: 'social', direction: 'in' },
  },
  {
    headers: [/^(page|page url|url|page path|landing page|page title|entry page url|exit page url|pages? viewed|page views)$/, /^(visitor.*|session.*|client id|id visit|user id|customer id|email|time on page|referrer.*|utm .+|visit.*)$/],
    constants: { channel: 'web', direction: 'in' },
  },
  { headers: [/^chat /, /^(visitor|customer|operator|agent|chat) ?/], constants: { channel: 'web', direction: 'in', team: 'service' } },
  { headers: [/^(from|from number|sender)$/, /^(to|to number|recipient)$/, /^(body|message body|message|num segments|segments|text)$/, /^(num segments|segments|sms.*|from|from number)$/], values: /^(?:\+?[\d\s().-]{6,}|\d{1,2})$/, constants: { channel: 'text' } },
  { headers: [/^(from|from email|sender|sender email|from handle|from name)$/, /^(to|to email|recipient|recipient email|to handle|to name)$/, /subject$/], constants: { channel: 'email' } },
  { headers: [/^(event name|event title|event|webinar name|webinar|seminar|workshop|session title|conference)$/, /^(registered|attended|attendee.*|attendance.*|registration.*|participant.*|join time|joined|checked in|check in.*)$/], constants: { channel: 'event', direction: 'out', team: 'marketing' } },
  { headers: [/^(join time|joined)$/, /^(leave time|left|time in session)$/], constants: { channel: 'event', direction: 'out', team: 'marketing' } },
  { headers: [/^(invitee|attendee|participant|guest|organizer)/, /^(started|start|event started|event type name|meeting date|scheduled|duration)$/], constants: { channel: 'visit', direction: 'out' } },
  { headers: [/^(call (disposition|duration|outcome|result|date|time|id|length|type|started|status)|action result|talk (?:time|duration)|ringing duration|calls? sid)$/], constants: { channel: 'call' } },
  { headers: [/^(caller|from|external number|caller number|phone|from number).*$/, /^(callee|to|internal number|called number|extension|to number|action result|result).*$/, /^(duration|length|seconds|billed duration|duration seconds|duration in seconds)$/], constants: { channel: 'call' } },
  { headers: [/^(visited|visit|visit date|visit type)$/, /^(owner|outcome|notes|purpose|customer.*|company|contact.*)$/], constants: { channel: 'visit', direction: 'out', team: 'sales' } },
]; // prettier-ignore

/** The activity whose headers are all there, or null. */
export function activityOf(columns: readonly ColumnFinding[]): Activity | null {
  const phrases = columns.map((column) => phraseOf(column.header).text);
  return (
    ACTIVITIES.find(({ headers, values }) => {
      if (!headers.every((pattern) => phrases.some((text) => pattern.test(text)))) return false;
      if (!values) return true;
      const last = headers.at(-1)!;
      return columns.some(
        (column, at) => last.test(phrases[at]!) && column.samples.some((sample) => values.test(sample)),
      );
    }) ?? null
  );
}
