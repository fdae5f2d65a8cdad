/** What the application was asked on its command line. */
export type ShellArguments = {
  /** Open the sample workspace. */
  sample: boolean;
  /** Visit views, save a screenshot of each into this folder, print the main figures and exit. */
  tour: string | null;
  /** Views to visit; empty for all. */
  tourViews: string[];
  /** A workspace file to open. */
  workspace: string | null;
  theme: 'light' | 'dark' | null;
};

export function parseArguments(argv: readonly string[]): ShellArguments {
  const result: ShellArguments = { sample: false, tour: null, tourViews: [], workspace: null, theme: null };
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--sample') result.sample = true;
    else if (arg === '--tour') result.tour = argv[++i] ?? null;
    else if (arg === '--tour-views') result.tourViews = (argv[++i] ?? '').split(',').filter((x) => x !== '');
    else if (arg === '--theme') result.theme = argv[++i] === 'light' ? 'light' : 'dark';
    else if (arg.endsWith('.ladderline')) result.workspace = arg;
  }
  return result;
}
