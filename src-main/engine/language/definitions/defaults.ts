/**
 * The definitions of a workspace that has none of its own. Rungs: Christopher, Payne & Ballantyne, Relationship Marketing
 * (2002), Fig. 2.6; the operational rules, targets and limits are the product's convention (no published standard).
 */
export const DEFAULT_LADDER = `-- The highest rung whose rule holds; who meets none is a prospect. With five rungs (Payne 1991) partner is left out.
customer:  count(purchases) > 0
client:    distinct(purchases.day) >= 2
supporter: distinct(purchases.day) >= 2 and nps >= 9 and last_answer > today - 365 days
advocate:  distinct(purchases.day) >= 2 and exists(advocacy where day > today - 365 days)
           and (nps_class is not detractor or last_answer <= today - 365 days
                or last_answer <= today - days_since_last(advocacy))
partner:   distinct(purchases.day) >= 2 and exists(partnerships where ends_at is unknown or ends_at > today)
-- Lapsed stands beside the rung.
lapsed:    last_purchase < today - 365 days
           and not (distinct(purchases.day) >= 2 and exists(partnerships where ends_at is unknown or ends_at > today))
`;

export const DEFAULT_TOUCH = `-- Days that may pass between outbound touches, by rung.
target prospect:  45 days
target customer:  30 days
target client:    60 days
target supporter: 60 days
target advocate:  45 days
target partner:   14 days
target lapsed:    60 days
-- A gap above so many times the target is a silence.
silence: 1.5
-- So many outbound days within so many days are a burst; a burst and then
-- so long without a touch is a barrage.
burst: 4 in 7 days
barrage: 60 days
-- Outbound touches by different teams at most so far apart collide.
collision: 3 days
-- Contact pressure: an outbound touch weighs so much, half after so many days.
weight visit:  3
weight event:  2.5
weight call:   2
weight mail:   1
weight email:  0.5
weight text:   0.5
weight social: 0.5
weight web:    0.5
weight other:  0.5
half-life: 14 days
-- An open gap unusual for the customer's own rhythm is told at this false
-- discovery rate.
rhythm: 0.1
-- Days without touches in a plan, and the hours in which an inbound touch
-- is to be answered.
closed: saturday, sunday
hours: 09:00 to 17:00
reply: 8 hours
-- The pressure that a rung should be under, what a touch costs, and how far
-- apart messages of one thread are that count as one touch, such as
--   pressure client: 1 to 8
--   cost visit: 120 EUR
--   thread: 2 days
-- Caps: at most so many outbound touches of a channel in any such stretch, such as
--   cap email: 4 in 30 days where rung < client
`;
