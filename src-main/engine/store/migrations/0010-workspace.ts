import { CLOSED_TERMS } from '#engine/base/vocabulary.ts';
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
  reason TEXT NOT NULL
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
  PRIMARY KEY (batch, tbl)
) STRICT, WITHOUT ROWID;

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
  founder TEXT NOT NULL UNIQUE,
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
  rung INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER,
  evidence TEXT,
  PRIMARY KEY (customer, from_day)
) STRICT, WITHOUT ROWID;

CREATE VIEW purchases AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.number,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.due_day * 86400, 'unixepoch') AS due_day,
    datetime(e.due_at, 'unixepoch') AS due_at,
    date(e.paid_day * 86400, 'unixepoch') AS paid_day,
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
  FROM purchase e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW subscriptions AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    e.amount,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    (SELECT text FROM term WHERE term.id = e.period) AS period,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.renews_day * 86400, 'unixepoch') AS renews_day,
    datetime(e.renews_at, 'unixepoch') AS renews_at,
    date(e.cancelled_day * 86400, 'unixepoch') AS cancelled_day,
    datetime(e.cancelled_at, 'unixepoch') AS cancelled_at,
    date(e.ended_day * 86400, 'unixepoch') AS ended_day,
    datetime(e.ended_at, 'unixepoch') AS ended_at,
    e.cancel_reason,
    (SELECT text FROM term WHERE term.id = e.product) AS product,
    e.attributes, e.batch, e.line
  FROM subscription e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW responses AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.survey) AS survey,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    (SELECT text FROM term WHERE term.id = e.kind_raw) AS kind_raw,
    (SELECT text FROM term WHERE term.id = e.wave) AS wave,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.asked_day * 86400, 'unixepoch') AS asked_day,
    datetime(e.asked_at, 'unixepoch') AS asked_at,
    e.score,
    e.scale_min,
    e.scale_max,
    e.verbatim,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    e.complete,
    e.attributes, e.batch, e.line
  FROM response e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW touches AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    (SELECT text FROM term WHERE term.id = e.channel_raw) AS channel_raw,
    (SELECT text FROM term WHERE term.id = e.direction) AS direction,
    (SELECT text FROM term WHERE term.id = e.direction_raw) AS direction_raw,
    (SELECT text FROM term WHERE term.id = e.team) AS team,
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
  FROM touch e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW tickets AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.subject,
    (SELECT text FROM term WHERE term.id = e.status) AS status,
    (SELECT text FROM term WHERE term.id = e.severity) AS severity,
    (SELECT text FROM term WHERE term.id = e.severity_raw) AS severity_raw,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.first_reply_day * 86400, 'unixepoch') AS first_reply_day,
    datetime(e.first_reply_at, 'unixepoch') AS first_reply_at,
    date(e.closed_day * 86400, 'unixepoch') AS closed_day,
    datetime(e.closed_at, 'unixepoch') AS closed_at,
    (SELECT text FROM term WHERE term.id = e.owner) AS owner,
    e.is_dispute,
    e.dispute_reason,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    e.csat,
    e.attributes, e.batch, e.line
  FROM ticket e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW leads AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
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
    datetime(e.at, 'unixepoch') AS at,
    (SELECT text FROM term WHERE term.id = e.assigned_to) AS assigned_to,
    date(e.assigned_day * 86400, 'unixepoch') AS assigned_day,
    datetime(e.assigned_at, 'unixepoch') AS assigned_at,
    date(e.first_followup_day * 86400, 'unixepoch') AS first_followup_day,
    datetime(e.first_followup_at, 'unixepoch') AS first_followup_at,
    date(e.mql_day * 86400, 'unixepoch') AS mql_day,
    datetime(e.mql_at, 'unixepoch') AS mql_at,
    date(e.sal_day * 86400, 'unixepoch') AS sal_day,
    datetime(e.sal_at, 'unixepoch') AS sal_at,
    date(e.sql_day * 86400, 'unixepoch') AS sql_day,
    datetime(e.sql_at, 'unixepoch') AS sql_at,
    date(e.converted_day * 86400, 'unixepoch') AS converted_day,
    datetime(e.converted_at, 'unixepoch') AS converted_at,
    (SELECT text FROM term WHERE term.id = e.reject_reason) AS reject_reason,
    e.cost,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    (SELECT text FROM term WHERE term.id = e.campaign) AS campaign,
    e.attributes, e.batch, e.line
  FROM lead e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW opportunities AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.name,
    (SELECT text FROM term WHERE term.id = e.stage) AS stage,
    e.amount,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    date(e.close_date_day * 86400, 'unixepoch') AS close_date_day,
    datetime(e.close_date_at, 'unixepoch') AS close_date_at,
    e.won,
    (SELECT text FROM term WHERE term.id = e.lost_reason) AS lost_reason,
    (SELECT text FROM term WHERE term.id = e.owner) AS owner,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    e.attributes, e.batch, e.line
  FROM opportunity e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW campaigns AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    e.name,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.ends_day * 86400, 'unixepoch') AS ends_day,
    datetime(e.ends_at, 'unixepoch') AS ends_at,
    date(e.sent_day * 86400, 'unixepoch') AS sent_day,
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
  FROM campaign e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW briefings AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.person) AS person,
    (SELECT text FROM term WHERE term.id = e.campaign) AS campaign,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    e.score,
    e.attributes, e.batch, e.line
  FROM briefing e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW answers AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.question) AS question,
    e.value,
    (SELECT text FROM term WHERE term.id = e.answered_by) AS answered_by,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    e.verified,
    e.attributes, e.batch, e.line
  FROM answer e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW advocacies AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    (SELECT text FROM term WHERE term.id = e.kind_raw) AS kind_raw,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    e.referred_ext,
    e.attributes, e.batch, e.line
  FROM advocacy e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW partnerships AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.kind) AS kind,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.ends_day * 86400, 'unixepoch') AS ends_day,
    datetime(e.ends_at, 'unixepoch') AS ends_at,
    e.attributes, e.batch, e.line
  FROM partnership e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW offers AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.said_by) AS said_by,
    (SELECT text FROM term WHERE term.id = e.said_by_raw) AS said_by_raw,
    (SELECT text FROM term WHERE term.id = e.product) AS product,
    e.discount,
    e.price,
    (SELECT text FROM term WHERE term.id = e.currency) AS currency,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.valid_from_day * 86400, 'unixepoch') AS valid_from_day,
    datetime(e.valid_from_at, 'unixepoch') AS valid_from_at,
    date(e.valid_to_day * 86400, 'unixepoch') AS valid_to_day,
    datetime(e.valid_to_at, 'unixepoch') AS valid_to_at,
    e.attributes, e.batch, e.line
  FROM offer e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW consents AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.channel) AS channel,
    (SELECT text FROM term WHERE term.id = e.channel_raw) AS channel_raw,
    (SELECT text FROM term WHERE term.id = e.basis) AS basis,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    date(e.withdrawn_day * 86400, 'unixepoch') AS withdrawn_day,
    datetime(e.withdrawn_at, 'unixepoch') AS withdrawn_at,
    e.attributes, e.batch, e.line
  FROM consent e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);

CREATE VIEW attributes AS
  SELECT e.id, m.customer, (SELECT name FROM source WHERE source.id = e.source) AS source, e.ext,
    (SELECT text FROM term WHERE term.id = e.name) AS name,
    e.value,
    date(e.day * 86400, 'unixepoch') AS day,
    datetime(e.at, 'unixepoch') AS at,
    e.attributes, e.batch, e.line
  FROM attribute e LEFT JOIN membership m ON m.party = coalesce(e.account_party, e.party);
`;
