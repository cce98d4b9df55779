import { execFile, spawn } from "node:child_process";
import { WorldError } from "../live/world";
import { UsageError } from "./verb";

type Variables = Readonly<Record<string, string | undefined>>;

/** The largest output of git that is taken: a hundred thousand paths have some ten megabytes. */
const LARGEST = 1 << 28;

/**
 * What a hook or a shell may have set for another repository or another folder. The folder alone says which
 * repository is meant.
 */
const NOT_OURS = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_COMMON_DIR",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_NAMESPACE",
];

/** A file of a commit. */
export interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  /** Bytes. */
  readonly size: number;
  readonly path: string;
}

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The git repository that a folder lies in, asked by the program `git`: nothing in it is changed. */
export class Git {
  private constructor(
    private readonly folder: string,
    private readonly variables: Variables,
  ) {}

  /** The repository around a folder. Wrong use if there is none; the world failed if git does not work. */
  static async around(folder: string, variables: Variables): Promise<Git> {
    const git = new Git(folder, variables);
    const { code, out, err } = await git.ask("rev-parse", "--is-inside-work-tree");
    if (code === 0 && out.trim() === "true") return git;
    if (code === 0 || /not a git repository/i.test(err))
      throw new UsageError(`${folder} lies in no git work tree`);
    throw failed("rev-parse", err);
  }

  /**
   * The commit that a name means; undefined if the repository has none yet and `HEAD` is asked for. A name never
   * becomes an option of git.
   */
  async commit(revision: string): Promise<string | undefined> {
    const unknown = `there is no revision ${JSON.stringify(revision)} in this repository`;
    // No branch and no tag begins with `-`; a control character cannot stand in a name.
    if (/^-|\p{Cc}/u.test(revision)) throw new UsageError(unknown);
    const name = `${revision}^{commit}`;
    const { code, out } = await this.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name);
    if (code === 0) return out.trim();
    if (revision === "HEAD") return undefined;
    const { out: shallow } = await this.ask("rev-parse", "--is-shallow-repository");
    const cure = shallow.trim() === "true" ? "; the clone is shallow: fetch more of its history" : "";
    throw new UsageError(`${unknown}${cure}`);
  }

  /** The last commit that the work tree and another one have in common; that other one, if they have none. */
  async forkPoint(commit: string): Promise<string> {
    const { code, out } = await this.ask("merge-base", commit, "HEAD");
    return code === 0 ? out.trim() : commit;
  }

  /**
   * The files below the folder, relative to it, in which the work tree or the index differs from a commit. A renamed
   * file is two, a deleted one counts; so do files that git does not know. In `data` even those that it ignores count:
   * they are read all the same.
   */
  async changedSince(commit: string, data: readonly string[]): Promise<ReadonlySet<string>> {
    const diff = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=none"];
    const others = ["ls-files", "--others", "-z"];
    const lists = await Promise.all([
      this.paths(...diff, "--relative", "-z", commit, "--"),
      this.paths(...diff, "--relative", "-z", "--cached", commit, "--"),
      this.paths(...others, "--exclude-standard"),
      this.paths(...others, "--", ...data),
    ]);
    return new Set(lists.flat());
  }

  /** Does git know a link in these folders? What a link shows changes without a change of the link. */
  async hasLinks(folders: readonly string[]): Promise<boolean> {
    const entries = await this.paths("ls-files", "--stage", "-z", "--", ...folders);
    return entries.some((entry) => entry.startsWith("120000 "));
  }

  /** The files of a commit, by their paths below the folder. */
  async entries(commit: string): Promise<readonly TreeEntry[]> {
    const lines = await this.paths("ls-tree", "-r", "-l", "-z", commit);
    return lines.flatMap((line) => {
      const [, mode = "", object = "", size = "", path = ""] =
        /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
      return path === "" ? [] : [{ mode, object, path, size: size === "-" ? 0 : Number(size) }];
    });
  }

  /** What objects of the repository hold, in their order. */
  async contents(objects: readonly string[]): Promise<readonly Buffer[]> {
    if (objects.length === 0) return [];
    const answer = await this.feed(["cat-file", "--batch"], `${objects.join("\n")}\n`);
    const contents: Buffer[] = [];
    for (let at = 0; contents.length < objects.length; ) {
      const end = answer.indexOf("\n", at);
      const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(answer.toString("utf8", at, end)) ?? [];
      if (end < 0 || size === undefined) throw failed("cat-file", "an object is missing");
      contents.push(answer.subarray(end + 1, end + 1 + Number(size)));
      at = end + 1 + Number(size) + 1;
    }
    return contents;
  }

  /** Runs git with a text on its standard input, and takes what it prints as it is. */
  private feed(args: readonly string[], input: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn("git", ["-C", this.folder, ...args], { env: this.env() });
      const chunks: Buffer[] = [];
      let err = "";
      child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on("error", () => reject(new WorldError("there is no program git")));
      child.on("close", (code) =>
        code === 0 ? resolve(Buffer.concat(chunks)) : reject(failed(args[0] ?? "", err)),
      );
      child.stdin.on("error", () => {});
      child.stdin.end(input);
    });
  }

  private env(): Record<string, string | undefined> {
    const env: Record<string, string | undefined> = { ...this.variables };
    for (const name of NOT_OURS) delete env[name];
    // English messages; no lock is taken; paths of ours are no patterns.
    return Object.assign(env, { LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_LITERAL_PATHSPECS: "1" });
  }

  private async paths(...args: readonly string[]): Promise<string[]> {
    const { code, out, err } = await this.ask(...args);
    if (code !== 0) throw failed(args[0] ?? "", err);
    return out.split("\0").filter((path) => path !== "");
  }

  private ask(...args: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      execFile(
        "git",
        ["-C", this.folder, ...args],
        { env: this.env(), maxBuffer: LARGEST },
        (error, out, err) => {
          const code = error ? error.code : 0;
          if (typeof code === "number") return resolve({ code, out, err });
          const isMissing = code === "ENOENT";
          reject(isMissing ? new WorldError("there is no program git") : failed(args[0] ?? "", `${error}`));
        },
      );
    });
  }
}

function failed(command: string, words: string): WorldError {
  const [first = ""] = words.trim().split("\n");
  return new WorldError(`git ${command} failed: ${first.replace(/^fatal: /, "") || "it gave no reason"}`);
}
