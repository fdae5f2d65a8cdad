import { LadderlineError } from '#engine/base/errors.ts';
import { ReadSession, type CallHooks } from '#engine/session.ts';
import { openReader } from '#engine/store/open.ts';
import { asKnownAt, versionNamed, type PastWorkspace } from './reconstruct.ts';

/** Copies kept at a time: each takes the space of the workspace. */
const MOST = 2;

type Question = { parse(input: unknown): unknown; run(ctx: never, input: never): unknown };
type Held = { readonly past: PastWorkspace; readonly session: ReadSession };

/** A workspace as known at the versions that were asked for last. Ask one question at a time; `close` removes the copies. */
export class PastWorkspaces {
  private readonly workspace: string;
  private readonly tempRoot: string | undefined;
  private readonly held = new Map<number, Held>();
  private closed = false;

  constructor(workspace: string, tempRoot?: string) {
    this.workspace = workspace;
    this.tempRoot = tempRoot;
  }

  /** Answers an analysis as it was answered at `version` (KN1: number, import or day). */
  async run(question: Question, input: unknown, version: string, hooks: CallHooks = {}): Promise<unknown> {
    const session = await this.at(version, hooks);
    return session.run(question as Parameters<ReadSession['run']>[0], input, hooks);
  }

  private async at(text: string, hooks: CallHooks): Promise<ReadSession> {
    if (this.closed) throw new LadderlineError('closed', 'The workspace is being closed.');
    const db = openReader(this.workspace);
    let version: number;
    try {
      version = versionNamed(db, text);
    } finally {
      db.close();
    }
    let one = this.held.get(version);
    if (!one) {
      // Room is made first, so that there are never more copies than are kept.
      for (const oldest of this.held.keys()) if (this.held.size >= MOST) this.drop(oldest);
      const past = await asKnownAt(this.workspace, version, hooks, this.tempRoot);
      one = { past, session: new ReadSession(past.db) };
    }
    this.held.delete(version);
    this.held.set(version, one);
    return one.session;
  }

  private drop(version: number): void {
    this.held.get(version)?.past.close();
    this.held.delete(version);
  }

  close(): void {
    this.closed = true;
    for (const version of this.held.keys()) this.drop(version);
  }
}
