import { CLOSED_TERMS, termOf } from '#engine/base/vocabulary.ts';
import type { Migration } from './migration.ts';

/** The first schema of a workspace: lineage and undo, parties and customers, events, definitions, plan, caches. */
export const workspaceSchema: Migration = {
  id: 10,
  name: 'workspace',
  up(db) {
    db.exec(SCHEMA);
    for (const [id, text] of CLOSED_TERMS) db.run('INSERT INTO term(id, text) VALUES (?, ?)', [id, text]);
  },
};

/** Joins that find the customer of an event row `e`: in a company workspace through its account first. */
const OF_CUSTOMER = `LEFT JOIN membership a ON a.party = e.account_party
  LEFT JOIN membership m ON m.party = e.party
  LEFT JOIN customer c ON c.id = iif((SELECT value FROM workspace WHERE key = 'unit') IS 'person',
    coalesce(m.customer, a.customer), coalesce(a.customer, m.customer))`;
/** The customer found, the one it was merged into if it was. */
const CUSTOMER = 'coalesce(c.redirect, c.id)';

/** The first known term among the records of a customer: companies first, then the newest batch and row. */
const firstKnown = (column: string): string =>
  `      json_group_array(p.${column} ORDER BY p.kind DESC, p.batch DESC, p.id DESC) FILTER (WHERE p.${column} IS NOT NULL) ->> 0 AS ${column}`;

/** By day, then by everything that could make a difference. */
const DOCUMENT_ORDER = 'ORDER BY day, net IS NULL, net, refunded IS NULL, refunded, product NULLS FIRST, id';

/** Statuses of documents as they count (choices.md, Order): not issued, and issued but not paid. */
const words = (text: string): string =>
  text
    .split(', ')
    .map((word) => `'${word}'`)
    .join(', ');
const NOT_ISSUED = words(
  'draft, submitted, awaiting approval, pending approval, not issued, quote, estimate, proforma, void, voided, deleted, cancelled, canceled, removed',
);
const NOT_PAID = words(
  'failed, failure, declined, denied, blocked, expired, pending, processing, in progress, incomplete, unpaid, uncaptured, not captured, authorized, requires action, requires capture, requires confirmation, requires payment method, held, on hold, unclaimed, returned, rejected, error, uncollectible',
);

/** A status in lower case, with runs of blanks, hyphens and underscores as one blank. */
const STATUS_WORD = ((): string => {
  const blank = "' ' || char(9, 10, 13)";
  let word = `lower(trim(text, ${blank}))`;
  for (const other of ["'_'", "'-'", 'char(9)', 'char(10)', 'char(13)']) word = `replace(${word}, ${other}, ' ')`;
  return `replace(replace(replace(${word}, ' ', ' ' || char(7)), char(7) || ' ', ''), char(7), '')`;
})();

const SCHEMA = `
CREATE TABLE workspace (
  key TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE term (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES source(id),
  profile TEXT,
  mapping TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  base_version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('live', 'undone')),
  day INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  read INTEGER NOT NULL,
  used INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  records INTEGER NOT NULL,
  entities TEXT NOT NULL,
  facts TEXT NOT NULL,
  control TEXT,
  exceptions TEXT
) STRICT;

CREATE TABLE raw_block (
  batch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  line_lo INTEGER NOT NULL,
  line_hi INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX raw_block_key ON raw_block(batch, line_lo, seq);

CREATE TABLE reject (
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL,
  col TEXT,
  value TEXT,
  reason TEXT NOT NULL,
  -- The batch that holds the corrected row.
  fixed_by INTEGER
) STRICT;
CREATE INDEX reject_batch ON reject(batch, line);

CREATE TABLE seen (
  batch INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  chunk INTEGER NOT NULL,
  lo INTEGER NOT NULL,
  hi INTEGER NOT NULL,
  n INTEGER NOT NULL,
  ids BLOB NOT NULL,
  lines BLOB NOT NULL,
  masks BLOB NOT NULL,
  PRIMARY KEY (batch, tbl, chunk)
) STRICT;
CREATE INDEX seen_range ON seen(tbl, lo, hi);

CREATE TABLE coverage (
  batch INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  columns TEXT NOT NULL,
  policies TEXT,
  PRIMARY KEY (batch, tbl)
) STRICT, WITHOUT ROWID;

-- What a batch carries under another policy than overwrite, whether or not it shows.
CREATE TABLE claim (
  tbl TEXT NOT NULL,
  row INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  stamp INTEGER,
  vals TEXT NOT NULL,
  PRIMARY KEY (tbl, row, batch)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_batch ON claim(batch);

CREATE TABLE version (
  tbl TEXT NOT NULL,
  row INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL,
  before TEXT NOT NULL,
  PRIMARY KEY (tbl, row, batch)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_batch ON version(batch, tbl);

CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  -- Key of the party it began with; unlike all others'.
  founder TEXT NOT NULL,
  redirect INTEGER,
  name TEXT NOT NULL,
  lead_party INTEGER
) STRICT;

CREATE TABLE membership (
  party INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL,
  method TEXT NOT NULL,
  weight REAL,
  decided_by TEXT NOT NULL
) STRICT;
CREATE INDEX membership_customer ON membership(customer, party);

CREATE TABLE membership_log (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  party INTEGER NOT NULL,
  from_customer INTEGER,
  to_customer INTEGER,
  method TEXT NOT NULL
) STRICT;
CREATE INDEX membership_log_party ON membership_log(party, version);

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('match', 'not', 'never')),
  left_source TEXT NOT NULL, left_kind TEXT NOT NULL, left_ext TEXT NOT NULL,
  right_source TEXT NOT NULL, right_kind TEXT NOT NULL, right_ext TEXT NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;

CREATE TABLE party (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  kind INTEGER NOT NULL REFERENCES term(id),
  ext TEXT NOT NULL,
  name TEXT,
  parent_ext TEXT,
  type INTEGER,
  industry INTEGER,
  website TEXT,
  domain TEXT,
  phone TEXT,
  tax_id TEXT,
  postcode TEXT,
  region INTEGER,
  country INTEGER,
  owner INTEGER,
  created_day INTEGER,
  created_at INTEGER,
  deleted INTEGER,
  account_ext TEXT,
  given_name TEXT,
  family_name TEXT,
  email TEXT,
  title TEXT,
  company TEXT,
  consent INTEGER,
  opt_out INTEGER,
  unsubscribed_day INTEGER,
  unsubscribed_at INTEGER,
  email_bounced INTEGER,
  tags TEXT,
  account_party INTEGER,
  -- What a row about the party says (row_), what rows that name it say (ref_); name, email, phone, company and
  -- account_ext above are the first that is known. kind_told: the kind as a row states it; assumed: 1 when none does.
  kind_told INTEGER,
  assumed INTEGER,
  row_name TEXT,
  row_email TEXT,
  row_phone TEXT,
  row_company TEXT,
  row_account_ext TEXT,
  ref_name TEXT,
  ref_email TEXT,
  ref_phone TEXT,
  ref_company TEXT,
  ref_account_ext TEXT,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX party_key ON party(source, kind, ext);
CREATE INDEX party_account ON party(source, account_ext) WHERE account_ext IS NOT NULL;

CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  number TEXT,
  day INTEGER NOT NULL,
  at INTEGER,
  due_day INTEGER,
  due_at INTEGER,
  paid_day INTEGER,
  paid_at INTEGER,
  kind INTEGER,
  kind_raw INTEGER,
  amount INTEGER,
  tax INTEGER,
  fee INTEGER,
  refunded INTEGER,
  open_balance INTEGER,
  currency INTEGER,
  status INTEGER,
  invoice_ext TEXT,
  product INTEGER,
  quantity REAL,
  memo TEXT,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purchase_key ON purchase(source, ext);
CREATE INDEX purchase_party ON purchase(party, day);

CREATE TABLE subscription (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  status INTEGER,
  amount INTEGER,
  currency INTEGER,
  period INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  renews_day INTEGER,
  renews_at INTEGER,
  cancelled_day INTEGER,
  cancelled_at INTEGER,
  ended_day INTEGER,
  ended_at INTEGER,
  cancel_reason TEXT,
  product INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX subscription_key ON subscription(source, ext);
CREATE INDEX subscription_party ON subscription(party, day);

CREATE TABLE response (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  survey INTEGER,
  kind INTEGER,
  kind_raw INTEGER,
  wave INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  asked_day INTEGER,
  asked_at INTEGER,
  score INTEGER,
  scale_min INTEGER,
  scale_max INTEGER,
  verbatim TEXT,
  channel INTEGER,
  complete INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX response_key ON response(source, ext);
CREATE INDEX response_party ON response(party, day);

CREATE TABLE touch (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  channel INTEGER,
  channel_raw INTEGER,
  direction INTEGER,
  direction_raw INTEGER,
  team INTEGER,
  team_raw INTEGER,
  owner INTEGER,
  campaign INTEGER,
  purpose INTEGER,
  goal INTEGER,
  outcome INTEGER,
  duration_s INTEGER,
  text TEXT,
  cost INTEGER,
  currency INTEGER,
  location TEXT,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX touch_key ON touch(source, ext);
CREATE INDEX touch_party ON touch(party, day);

CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  subject TEXT,
  status INTEGER,
  severity INTEGER,
  severity_raw INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  first_reply_day INTEGER,
  first_reply_at INTEGER,
  closed_day INTEGER,
  closed_at INTEGER,
  owner INTEGER,
  is_dispute INTEGER,
  dispute_reason TEXT,
  channel INTEGER,
  csat REAL,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ticket_key ON ticket(source, ext);
CREATE INDEX ticket_party ON ticket(party, day);

CREATE TABLE lead (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  name TEXT,
  company TEXT,
  email TEXT,
  phone TEXT,
  lead_source INTEGER,
  first_source INTEGER,
  status INTEGER,
  status_raw INTEGER,
  rating INTEGER,
  stage INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  assigned_to INTEGER,
  assigned_day INTEGER,
  assigned_at INTEGER,
  first_followup_day INTEGER,
  first_followup_at INTEGER,
  mql_day INTEGER,
  mql_at INTEGER,
  sal_day INTEGER,
  sal_at INTEGER,
  sql_day INTEGER,
  sql_at INTEGER,
  converted_day INTEGER,
  converted_at INTEGER,
  reject_reason INTEGER,
  cost INTEGER,
  currency INTEGER,
  campaign INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX lead_key ON lead(source, ext);
CREATE INDEX lead_party ON lead(party, day);

CREATE TABLE opportunity (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  name TEXT,
  stage INTEGER,
  amount INTEGER,
  currency INTEGER,
  close_date_day INTEGER,
  close_date_at INTEGER,
  won INTEGER,
  lost_reason INTEGER,
  owner INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX opportunity_key ON opportunity(source, ext);
CREATE INDEX opportunity_party ON opportunity(party, day);

CREATE TABLE campaign (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  name TEXT,
  channel INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  ends_day INTEGER,
  ends_at INTEGER,
  sent_day INTEGER,
  sent_at INTEGER,
  recipients INTEGER,
  opens INTEGER,
  clicks INTEGER,
  unsubscribes INTEGER,
  revenue INTEGER,
  cost INTEGER,
  currency INTEGER,
  offer TEXT,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX campaign_key ON campaign(source, ext);
CREATE INDEX campaign_party ON campaign(party, day);

CREATE TABLE briefing (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  person INTEGER,
  campaign INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  score INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX briefing_key ON briefing(source, ext);
CREATE INDEX briefing_party ON briefing(party, day);

CREATE TABLE answer (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  question INTEGER,
  value TEXT,
  answered_by INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  verified INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX answer_key ON answer(source, ext);
CREATE INDEX answer_party ON answer(party, day);

CREATE TABLE advocacy (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  kind INTEGER,
  kind_raw INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  referred_ext TEXT,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX advocacy_key ON advocacy(source, ext);
CREATE INDEX advocacy_party ON advocacy(party, day);

CREATE TABLE partnership (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  kind INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  ends_day INTEGER,
  ends_at INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX partnership_key ON partnership(source, ext);
CREATE INDEX partnership_party ON partnership(party, day);

CREATE TABLE offer (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  said_by INTEGER,
  said_by_raw INTEGER,
  product INTEGER,
  discount REAL,
  price INTEGER,
  currency INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  valid_from_day INTEGER,
  valid_from_at INTEGER,
  valid_to_day INTEGER,
  valid_to_at INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX offer_key ON offer(source, ext);
CREATE INDEX offer_party ON offer(party, day);

CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  channel INTEGER,
  channel_raw INTEGER,
  basis INTEGER,
  day INTEGER NOT NULL,
  at INTEGER,
  withdrawn_day INTEGER,
  withdrawn_at INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX consent_key ON consent(source, ext);
CREATE INDEX consent_party ON consent(party, day);

CREATE TABLE attribute (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source(id),
  ext TEXT NOT NULL,
  party INTEGER,
  account_party INTEGER,
  name INTEGER,
  value TEXT,
  day INTEGER NOT NULL,
  at INTEGER,
  attributes TEXT,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX attribute_key ON attribute(source, ext);
CREATE INDEX attribute_party ON attribute(party, day);

CREATE TABLE lead_event (
  id INTEGER PRIMARY KEY,
  lead INTEGER NOT NULL,
  day INTEGER NOT NULL,
  at INTEGER,
  kind TEXT NOT NULL,
  who INTEGER,
  derived INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_event_lead ON lead_event(lead, day);

CREATE TABLE owner_team (
  owner INTEGER PRIMARY KEY REFERENCES term(id),
  team INTEGER NOT NULL REFERENCES term(id),
  name INTEGER REFERENCES term(id)
) STRICT;

-- removed: the data version that removed it; its members stay, so that removing can be undone.
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('rule', 'frozen', 'listed')),
  definition TEXT NOT NULL,
  removed INTEGER
) STRICT;
CREATE UNIQUE INDEX segment_name ON segment(name) WHERE removed IS NULL;
-- Forgotten members have minus the data version that forgot them in place of a segment, so that they can be put back.
CREATE TABLE segment_member (
  segment INTEGER NOT NULL,
  customer INTEGER NOT NULL,
  day INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY (segment, customer, day)
) STRICT, WITHOUT ROWID;
-- A changed list is a new row; the former one is removed.
CREATE TABLE list (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  keys TEXT NOT NULL,
  removed INTEGER
) STRICT;
CREATE UNIQUE INDEX list_name ON list(name) WHERE removed IS NULL;

CREATE TABLE definition (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (kind, name, version)
) STRICT, WITHOUT ROWID;

-- What was done about an answer, by hand sorted themes, and who got a bulletin. Kept by the answer's own key, so that they
-- outlive an import that is taken back and done again.
CREATE TABLE nps_case (
  source TEXT NOT NULL,
  ext TEXT NOT NULL,
  owner TEXT,
  status TEXT CHECK (status IN ('open', 'working', 'closed')),
  outcome TEXT,
  note TEXT,
  followed_day INTEGER,
  closed_day INTEGER,
  PRIMARY KEY (source, ext)
) STRICT, WITHOUT ROWID;
CREATE TABLE nps_theme (
  source TEXT NOT NULL,
  ext TEXT NOT NULL,
  theme TEXT NOT NULL,
  -- 0: by hand not of this theme, whatever its words say.
  present INTEGER NOT NULL CHECK (present IN (0, 1)),
  PRIMARY KEY (source, ext, theme)
) STRICT, WITHOUT ROWID;
CREATE TABLE nps_receipt (
  wave TEXT NOT NULL,
  digest TEXT NOT NULL,
  person TEXT NOT NULL,
  team TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (wave, digest, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_item (
  id INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  team TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE goal (
  id INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE decision_log (
  id INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  sentence TEXT NOT NULL,
  author TEXT,
  at INTEGER NOT NULL,
  version_before INTEGER NOT NULL,
  version_after INTEGER NOT NULL,
  inverse TEXT,
  undone_by INTEGER
) STRICT;
-- Input of an inverse that is too long to stand in the log: JSON, deflated.
CREATE TABLE large_inverse (
  change INTEGER PRIMARY KEY,
  input BLOB NOT NULL
) STRICT;

CREATE TABLE vector (
  tbl TEXT NOT NULL,
  col TEXT NOT NULL,
  chunk INTEGER NOT NULL,
  n INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (tbl, col, chunk)
) STRICT;
-- Whatever changes who is whose member makes the packed membership go.
CREATE TRIGGER membership_inserted AFTER INSERT ON membership BEGIN
  DELETE FROM vector WHERE tbl = 'membership';
END;
CREATE TRIGGER membership_deleted AFTER DELETE ON membership BEGIN
  DELETE FROM vector WHERE tbl = 'membership';
END;
CREATE TRIGGER membership_updated AFTER UPDATE OF party, customer ON membership BEGIN
  DELETE FROM vector WHERE tbl = 'membership';
END;
CREATE TRIGGER customer_redirected AFTER UPDATE OF id, redirect ON customer BEGIN
  DELETE FROM vector WHERE tbl = 'membership';
END;
CREATE TRIGGER customer_deleted AFTER DELETE ON customer BEGIN
  DELETE FROM vector WHERE tbl = 'membership';
END;

CREATE TABLE rung_spell (
  customer INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER,
  rung INTEGER NOT NULL,
  lapsed INTEGER NOT NULL,
  PRIMARY KEY (customer, from_day)
) STRICT, WITHOUT ROWID;

CREATE VIEW purchases AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.number,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.due_day * 86400, 'unixepoch') AS due_day,
    e.due_day AS due_day_number,
    datetime(e.due_at, 'unixepoch') AS due_at,
    date(e.paid_day * 86400, 'unixepoch') AS paid_day,
    e.paid_day AS paid_day_number,
    datetime(e.paid_at, 'unixepoch') AS paid_at,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    (SELECT text FROM term WHERE term.id = e.kind_raw) AS kind_raw,
    e.amount,
    e.tax,
    e.fee,
    e.refunded,
    e.open_balance,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    e.invoice_ext,
    (SELECT text FROM term WHERE term.id = e.product) AS product,
    e.quantity,
    e.memo,
    e.attributes, e.batch, e.line
  FROM purchase e ${OF_CUSTOMER};

CREATE VIEW subscriptions AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    e.amount,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    (SELECT text FROM term WHERE term.id = e.period) AS period,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.renews_day * 86400, 'unixepoch') AS renews_day,
    e.renews_day AS renews_day_number,
    datetime(e.renews_at, 'unixepoch') AS renews_at,
    date(e.cancelled_day * 86400, 'unixepoch') AS cancelled_day,
    e.cancelled_day AS cancelled_day_number,
    datetime(e.cancelled_at, 'unixepoch') AS cancelled_at,
    date(e.ended_day * 86400, 'unixepoch') AS ended_day,
    e.ended_day AS ended_day_number,
    datetime(e.ended_at, 'unixepoch') AS ended_at,
    e.cancel_reason,
    (SELECT text FROM term WHERE term.id = e.product) AS product,
    e.attributes, e.batch, e.line
  FROM subscription e ${OF_CUSTOMER};

CREATE VIEW responses AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.survey) AS survey,
    coalesce((SELECT text FROM term WHERE term.id = e.kind), 'relational') AS kind,
    (SELECT text FROM term WHERE term.id = e.kind_raw) AS kind_raw,
    (SELECT text FROM term WHERE term.id = e.wave) AS wave,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.asked_day * 86400, 'unixepoch') AS asked_day,
    e.asked_day AS asked_day_number,
    datetime(e.asked_at, 'unixepoch') AS asked_at,
    e.score,
    e.scale_min,
    e.scale_max,
    e.verbatim,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    e.complete,
    e.attributes, e.batch, e.line
  FROM response e ${OF_CUSTOMER};

CREATE VIEW touches AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    (SELECT text FROM term WHERE term.id = e.channel_raw) AS channel_raw,
    (SELECT text FROM term WHERE term.id = e.direction) AS direction,
    (SELECT text FROM term WHERE term.id = e.direction_raw) AS direction_raw,
    coalesce((SELECT text FROM term WHERE term.id = nullif(e.team, ${termOf('unknown')})),
      (SELECT t.text FROM owner_team o JOIN term t ON t.id = o.team WHERE o.owner = e.owner), 'unknown') AS team,
    (SELECT text FROM term WHERE term.id = e.team_raw) AS team_raw,
    (SELECT text FROM term WHERE term.id = e.owner) AS owner,
    (SELECT text FROM term WHERE term.id = e.campaign) AS campaign,
    (SELECT text FROM term WHERE term.id = e.purpose) AS purpose,
    (SELECT text FROM term WHERE term.id = e.goal) AS goal,
    (SELECT text FROM term WHERE term.id = e.outcome) AS outcome,
    e.duration_s,
    e.text,
    e.cost,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    e.location,
    e.attributes, e.batch, e.line
  FROM touch e ${OF_CUSTOMER};

CREATE VIEW tickets AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.subject,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    (SELECT text FROM term WHERE term.id = e.severity) AS severity,
    (SELECT text FROM term WHERE term.id = e.severity_raw) AS severity_raw,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.first_reply_day * 86400, 'unixepoch') AS first_reply_day,
    e.first_reply_day AS first_reply_day_number,
    datetime(e.first_reply_at, 'unixepoch') AS first_reply_at,
    date(e.closed_day * 86400, 'unixepoch') AS closed_day,
    e.closed_day AS closed_day_number,
    datetime(e.closed_at, 'unixepoch') AS closed_at,
    (SELECT text FROM term WHERE term.id = e.owner) AS owner,
    e.is_dispute,
    e.dispute_reason,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    e.csat,
    e.attributes, e.batch, e.line
  FROM ticket e ${OF_CUSTOMER};

CREATE VIEW leads AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.name,
    e.company,
    e.email,
    e.phone,
    (SELECT text FROM term WHERE term.id = e.lead_source) AS lead_source,
    (SELECT text FROM term WHERE term.id = e.first_source) AS first_source,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    (SELECT text FROM term WHERE term.id = e.status_raw) AS status_raw,
    (SELECT text FROM term WHERE term.id = e.rating) AS rating,
    (SELECT text FROM term WHERE term.id = e.stage) AS stage,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    (SELECT text FROM term WHERE term.id = e.assigned_to) AS assigned_to,
    date(e.assigned_day * 86400, 'unixepoch') AS assigned_day,
    e.assigned_day AS assigned_day_number,
    datetime(e.assigned_at, 'unixepoch') AS assigned_at,
    date(e.first_followup_day * 86400, 'unixepoch') AS first_followup_day,
    e.first_followup_day AS first_followup_day_number,
    datetime(e.first_followup_at, 'unixepoch') AS first_followup_at,
    date(e.mql_day * 86400, 'unixepoch') AS mql_day,
    e.mql_day AS mql_day_number,
    datetime(e.mql_at, 'unixepoch') AS mql_at,
    date(e.sal_day * 86400, 'unixepoch') AS sal_day,
    e.sal_day AS sal_day_number,
    datetime(e.sal_at, 'unixepoch') AS sal_at,
    date(e.sql_day * 86400, 'unixepoch') AS sql_day,
    e.sql_day AS sql_day_number,
    datetime(e.sql_at, 'unixepoch') AS sql_at,
    date(e.converted_day * 86400, 'unixepoch') AS converted_day,
    e.converted_day AS converted_day_number,
    datetime(e.converted_at, 'unixepoch') AS converted_at,
    (SELECT text FROM term WHERE term.id = e.reject_reason) AS reject_reason,
    e.cost,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    (SELECT text FROM term WHERE term.id = e.campaign) AS campaign,
    e.attributes, e.batch, e.line
  FROM lead e ${OF_CUSTOMER};

CREATE VIEW opportunities AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.name,
    (SELECT text FROM term WHERE term.id = e.stage) AS stage,
    e.amount,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    date(e.close_date_day * 86400, 'unixepoch') AS close_date_day,
    e.close_date_day AS close_date_day_number,
    datetime(e.close_date_at, 'unixepoch') AS close_date_at,
    e.won,
    (SELECT text FROM term WHERE term.id = e.lost_reason) AS lost_reason,
    (SELECT text FROM term WHERE term.id = e.owner) AS owner,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    e.attributes, e.batch, e.line
  FROM opportunity e ${OF_CUSTOMER};

CREATE VIEW campaigns AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.name,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.ends_day * 86400, 'unixepoch') AS ends_day,
    e.ends_day AS ends_day_number,
    datetime(e.ends_at, 'unixepoch') AS ends_at,
    date(e.sent_day * 86400, 'unixepoch') AS sent_day,
    e.sent_day AS sent_day_number,
    datetime(e.sent_at, 'unixepoch') AS sent_at,
    e.recipients,
    e.opens,
    e.clicks,
    e.unsubscribes,
    e.revenue,
    e.cost,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    e.offer,
    e.attributes, e.batch, e.line
  FROM campaign e ${OF_CUSTOMER};

CREATE VIEW briefings AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.person) AS person,
    (SELECT text FROM term WHERE term.id = e.campaign) AS campaign,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    e.score,
    e.attributes, e.batch, e.line
  FROM briefing e ${OF_CUSTOMER};

CREATE VIEW answers AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.question) AS question,
    e.value,
    (SELECT text FROM term WHERE term.id = e.answered_by) AS answered_by,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    e.verified,
    e.attributes, e.batch, e.line
  FROM answer e ${OF_CUSTOMER};

CREATE VIEW advocacies AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    (SELECT text FROM term WHERE term.id = e.kind_raw) AS kind_raw,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    e.referred_ext,
    e.attributes, e.batch, e.line
  FROM advocacy e ${OF_CUSTOMER};

CREATE VIEW partnerships AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.ends_day * 86400, 'unixepoch') AS ends_day,
    e.ends_day AS ends_day_number,
    datetime(e.ends_at, 'unixepoch') AS ends_at,
    e.attributes, e.batch, e.line
  FROM partnership e ${OF_CUSTOMER};

CREATE VIEW offers AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.said_by) AS said_by,
    (SELECT text FROM term WHERE term.id = e.said_by_raw) AS said_by_raw,
    (SELECT text FROM term WHERE term.id = e.product) AS product,
    e.discount,
    e.price,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.valid_from_day * 86400, 'unixepoch') AS valid_from_day,
    e.valid_from_day AS valid_from_day_number,
    datetime(e.valid_from_at, 'unixepoch') AS valid_from_at,
    date(e.valid_to_day * 86400, 'unixepoch') AS valid_to_day,
    e.valid_to_day AS valid_to_day_number,
    datetime(e.valid_to_at, 'unixepoch') AS valid_to_at,
    e.attributes, e.batch, e.line
  FROM offer e ${OF_CUSTOMER};

CREATE VIEW consents AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    (SELECT text FROM term WHERE term.id = e.channel_raw) AS channel_raw,
    (SELECT text FROM term WHERE term.id = e.basis) AS basis,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    date(e.withdrawn_day * 86400, 'unixepoch') AS withdrawn_day,
    e.withdrawn_day AS withdrawn_day_number,
    datetime(e.withdrawn_at, 'unixepoch') AS withdrawn_at,
    e.attributes, e.batch, e.line
  FROM consent e ${OF_CUSTOMER};

CREATE VIEW attributes AS
  SELECT e.id, ${CUSTOMER} AS customer, e.party, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.name) AS name,
    e.value,
    date(e.day * 86400, 'unixepoch') AS day,
    e.day AS day_number,
    datetime(e.at, 'unixepoch') AS at,
    e.attributes, e.batch, e.line
  FROM attribute e ${OF_CUSTOMER};

-- Records of sources that belong to a customer, redirects of merged customers followed.
CREATE VIEW memberships AS
  SELECT p.id AS party, coalesce(c.redirect, m.customer) AS customer,
    (SELECT name FROM source WHERE source.id = p.source) AS source,
    (SELECT text FROM term WHERE term.id = p.kind) AS kind,
    p.ext AS external_id, p.name, p.email, m.method,
    p.domain, p.website,
    date(p.created_day * 86400, 'unixepoch') AS created,
    p.created_day AS created_number,
    p.attributes, p.batch, p.line
  FROM membership m LEFT JOIN customer c ON c.id = m.customer JOIN party p ON p.id = m.party;

-- owner, region, country, industry, type: what the newest company record states, else the newest person.
CREATE VIEW customers AS
  SELECT c.id,
    coalesce(nullif(trim(c.name), ''), (
      SELECT coalesce(nullif(trim(p.email), ''), p.ext) FROM party p
      WHERE p.id = coalesce(c.lead_party, (SELECT min(m.party) FROM membership m WHERE m.customer = c.id))
    ), 'C-' || c.id) AS name,
    (SELECT text FROM term WHERE term.id = r.owner) AS owner,
    (SELECT text FROM term WHERE term.id = r.region) AS region,
    (SELECT text FROM term WHERE term.id = r.country) AS country,
    (SELECT text FROM term WHERE term.id = r.industry) AS industry,
    (SELECT text FROM term WHERE term.id = r.type) AS type,
    r.sources
  FROM (
    SELECT coalesce(c.redirect, m.customer) AS customer,
      count(DISTINCT p.source) AS sources,
${['owner', 'region', 'country', 'industry', 'type'].map(firstKnown).join(',\n')}
    FROM membership m LEFT JOIN customer c ON c.id = m.customer JOIN party p ON p.id = m.party
    GROUP BY 1
  ) r JOIN customer c ON c.id = r.customer;

CREATE VIEW persons AS
  SELECT p.id, (SELECT coalesce(c.redirect, m.customer) FROM membership m LEFT JOIN customer c ON c.id = m.customer WHERE m.party = p.id) AS customer,
    coalesce(nullif(trim(p.name), ''), nullif(trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')), '')) AS name,
    p.email, p.phone, p.title, p.company,
    (SELECT text FROM term WHERE term.id = p.owner) AS owner,
    (SELECT name FROM source WHERE source.id = p.source) AS source,
    p.ext AS external_id, p.opt_out,
    date(p.created_day * 86400, 'unixepoch') AS created,
    p.created_day AS created_number,
    p.attributes, p.batch, p.line
  FROM party p
  WHERE p.kind = ${termOf('person')} AND coalesce(p.deleted, 0) = 0;

-- What each row of purchases is: an invoice, a payment, a credit (credit note or refund), or nothing that counts.
CREATE VIEW document_roles AS
  SELECT d.id, d.customer, d.day, d.amount, d.net, d.refunded, d.currency, d.product,
    CASE d.kind
      WHEN ${termOf('invoice')} THEN iif(d.state > 0 AND NOT (d.amount IS NULL AND d.open_balance IS NOT NULL), 'invoice', NULL)
      WHEN ${termOf('payment')} THEN iif(d.state > 1, 'payment', NULL)
      WHEN ${termOf('credit_note')} THEN iif(d.state > 0, 'credit', NULL)
      WHEN ${termOf('refund')} THEN iif(d.state > 1, 'credit', NULL)
    END AS role
  FROM (
    SELECT e.id, ${CUSTOMER} AS customer, e.day, e.amount, e.refunded, e.open_balance, e.currency, e.product,
      CASE WHEN e.tax IS NULL THEN e.amount WHEN e.amount < 0 THEN e.amount + abs(e.tax) ELSE e.amount - e.tax END AS net,
      coalesce(e.kind, iif(e.kind_raw IS NULL, ${termOf('invoice')}, NULL)) AS kind,
      -- 0 not issued, 1 issued and not paid, 2 paid; no status is paid.
      coalesce((
        SELECT CASE WHEN ${STATUS_WORD} IN (${NOT_ISSUED}) THEN 0 WHEN ${STATUS_WORD} IN (${NOT_PAID}) THEN 1 ELSE 2 END
        FROM term WHERE term.id = e.status
      ), 2) AS state
    FROM purchase e ${OF_CUSTOMER}
  ) d;

-- Documents with the one they name (target): of their own source before others, of the latter only one of the same customer.
CREATE VIEW documents AS
  SELECT id, customer, day, amount, net, refunded, currency, product, role, target, target_role FROM (
    SELECT d.*, t.id AS target, t.role AS target_role,
      row_number() OVER (PARTITION BY d.id ORDER BY t.id IS NULL, t.role IS NULL, l.rank, t.id) AS n
    FROM document_roles d
    LEFT JOIN (
      SELECT n.id AS child, d.id AS target, iif(d.source = n.source, 0, 2) AS rank
      FROM purchase n CROSS JOIN source s JOIN purchase d ON d.source = s.id AND d.ext = n.invoice_ext
      WHERE n.invoice_ext <> '' AND n.id <> d.id AND (d.source = n.source OR d.kind = ${termOf('invoice')})
      UNION ALL
      SELECT n.id, d.id, iif(d.source = n.source, 1, 3)
      FROM purchase n JOIN purchase d ON d.number = n.invoice_ext
      WHERE n.invoice_ext <> '' AND n.id <> d.id AND d.kind = ${termOf('invoice')}
    ) l ON l.child = d.id
    LEFT JOIN document_roles t ON t.id = l.target AND (l.rank < 2 OR t.customer = d.customer)
    WHERE d.role IS NOT NULL
  ) WHERE n = 1;

-- A payment that names no invoice settles the oldest one of the same customer, currency and amount of the last 60 days
-- that no such payment has settled: first in, first out.
CREATE VIEW settlements AS
  WITH RECURSIVE
  queues AS (
    SELECT
      json_group_array(json_array(day, id) ${DOCUMENT_ORDER}) FILTER (WHERE role = 'invoice') AS invoices,
      json_group_array(json_array(day, id) ${DOCUMENT_ORDER}) FILTER (WHERE role = 'payment') AS payments
    FROM documents
    WHERE customer IS NOT NULL AND amount IS NOT NULL
      AND (role = 'invoice' OR role = 'payment' AND target_role IS NOT 'invoice')
    GROUP BY customer, currency, amount
    HAVING count(DISTINCT role) = 2
  ),
  walk(invoices, payments, i, p, invoice_day, payment_day, invoice, payment) AS (
    SELECT invoices, payments, 0, 0, invoices ->> '$[0][0]', payments ->> '$[0][0]', NULL, NULL FROM queues
    UNION ALL
    SELECT invoices, payments,
      i + (invoice_day <= payment_day), p + (invoice_day >= payment_day - 60),
      invoices ->> ('$[' || (i + (invoice_day <= payment_day)) || '][0]'),
      payments ->> ('$[' || (p + (invoice_day >= payment_day - 60)) || '][0]'),
      CASE WHEN invoice_day BETWEEN payment_day - 60 AND payment_day THEN invoices ->> ('$[' || i || '][1]') END,
      CASE WHEN invoice_day BETWEEN payment_day - 60 AND payment_day THEN payments ->> ('$[' || p || '][1]') END
    FROM walk WHERE invoice_day IS NOT NULL AND payment_day IS NOT NULL
  )
  SELECT payment, invoice FROM walk WHERE payment IS NOT NULL;

-- Orders (amount: net before credits) and the credits that reduce them, each from its day on: a credit reduces the order
-- that it names, else the newest one that is not later; what a payment says was refunded counts beyond the credits that name it.
CREATE VIEW order_events AS
  SELECT order_id, kind, customer, party, date(day * 86400, 'unixepoch') AS day, day AS day_number, amount,
    (SELECT text FROM term WHERE term.id = currency) AS currency,
    (SELECT text FROM term WHERE term.id = product) AS product,
    attributes, batch, line
  FROM (
    SELECT k.kind, s.customer, p.party, s.day, s.currency, s.product, p.attributes, p.batch, p.line,
      CASE k.kind WHEN 'order' THEN s.net WHEN 'credit' THEN abs(s.net) ELSE abs(s.refunded) - coalesce(s.credited, 0) END AS amount,
      CASE
        WHEN k.kind = 'order' THEN iif(s.order_id = s.id, s.id, NULL)
        WHEN k.kind = 'refund' THEN s.order_id
        WHEN s.role <> 'credit' THEN NULL
        WHEN s.target IS NOT NULL THEN s.named_order
        ELSE CAST(substr(s.newest_order, 31) AS INTEGER)
      END AS order_id
    FROM (
      SELECT d.*,
        sum(iif(d.role = 'credit', abs(d.amount), NULL)) OVER (PARTITION BY iif(d.role = 'credit', coalesce(d.target, d.id), d.id)) AS credited,
        max(d.order_id) OVER (PARTITION BY iif(d.role = 'credit', coalesce(d.target, d.id), d.id)) AS named_order,
        -- Of one day's orders the largest: day, amount and id as a text that sorts like them.
        max(iif(d.order_id = d.id AND d.customer IS NOT NULL,
          printf('%010d%020d%012d', d.day + 1000000000, coalesce(d.net + 9007199254740993, 0), d.id), NULL)) OVER (
          PARTITION BY d.customer, d.currency ORDER BY d.day RANGE UNBOUNDED PRECEDING
        ) AS newest_order
      FROM (
        SELECT d.*, CASE d.role
          WHEN 'invoice' THEN d.id
          WHEN 'payment' THEN iif(d.target_role = 'invoice', d.target, coalesce(s.invoice, d.id))
        END AS order_id
        FROM documents d LEFT JOIN settlements s ON s.payment = d.id
      ) d
    ) s
    CROSS JOIN (SELECT 'order' AS kind UNION ALL SELECT 'credit' UNION ALL SELECT 'refund') k
    JOIN purchase p ON p.id = s.id
  )
  WHERE order_id IS NOT NULL AND (kind = 'order' OR amount > 0);

-- Orders, whether credits have voided them or not; net is before credits.
CREATE VIEW orders AS
  SELECT order_id AS id, customer, party, day, day_number, amount AS net, currency, product, attributes, batch, line
  FROM order_events WHERE kind = 'order';

CREATE VIEW credits AS
  SELECT order_id, day, day_number, amount FROM order_events WHERE kind <> 'order';
`;
