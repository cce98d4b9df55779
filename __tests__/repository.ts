/** A data root in a real git repository. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const AUTHOR = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];

/** A repository with one commit that is tagged `base`, the data root in one of its folders. */
export class Repository {
  readonly top = mkdtempSync(join(tmpdir(), "cloud-entities-git-"));
  readonly root: string;

  constructor(site: Readonly<Record<string, string>>, below = "") {
    this.root = join(this.top, below);
    this.git("init", "-q", "-b", "main");
    for (const [file, text] of Object.entries(site)) this.write(file, text);
    this.commit();
    this.git("tag", "base");
  }

  git(...args: string[]): void {
    execFileSync("git", ["-C", this.top, ...AUTHOR, ...args], { stdio: "pipe" });
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  remove(file: string): void {
    rmSync(join(this.root, file), { recursive: true });
  }

  commit(): void {
    this.git("add", "-A");
    this.git("commit", "-q", "-m", "change");
  }

  gone(): void {
    rmSync(this.top, { recursive: true });
  }
}
