import { addSecondWeekPeople, buildCompanies, FIRM, resetSerials, STAFF } from './companies.ts';
import { addHistory } from './history.ts';
import type { World } from './model.ts';
import { seeded } from './random.ts';
import { addTouches } from './rhythm.ts';
import { addLeads, addTickets } from './service.ts';
import { plantStories } from './stories.ts';
import { checkPlan } from './truth.ts';

/** The invented firm, its customers and three years of their history. The same seed gives the same world. */
export function buildWorld(seed = 'tarnholt-1'): World {
  resetSerials();
  const random = seeded(seed);
  const companies = buildCompanies(random);
  addHistory(random, companies);
  addTouches(random, companies);
  const tickets = plantStories(companies);
  addLeads(random, companies);
  addTickets(random, companies, tickets);
  addSecondWeekPeople(random, companies);
  checkPlan(companies);
  return { firm: FIRM, staff: STAFF, companies };
}
