/** Preloaded into a program to be measured: leaves its CPU seconds and peak memory in the file LADDERLINE_BENCH_USAGE names. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 };
  writeFileSync(process.env.LADDERLINE_BENCH_USAGE, JSON.stringify(usage));
});
