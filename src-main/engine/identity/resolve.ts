import type { WriteDb } from '#engine/base/db.ts';
import { applyDecisions, clusterCompanies, clusterPeople } from './clusters.ts';
import { readCustomers, writeMembership } from './membership.ts';
import type { Resolution } from './membership.ts';
import { Founders, readParties } from './parties.ts';

/**
 * Resolves every party into one customer by deterministic keys (choices.md, Customers; rules I1-I13 in SPEC.md) and
 * writes what changed in `customer`, `membership` and `membership_log`. Runs inside the caller's transaction; events are not
 * touched. Customer ids are a running number in import order and never change for a cluster that keeps its first party.
 */
export function resolveCustomers(db: WriteDb, dataVersion: number): Resolution {
  const companies = db.get("SELECT value FROM workspace WHERE key = 'unit'")?.[0] !== 'person';
  const founders = new Founders();
  const stored = readCustomers(db, founders);
  const parties = readParties(db, founders);
  const clusters = companies ? clusterCompanies(parties) : clusterPeople(parties);
  applyDecisions(db, parties, clusters);
  return writeMembership(db, parties, clusters, stored, founders, dataVersion, companies);
}
