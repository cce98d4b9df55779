import type { Problem } from "../catalog/problem";

/** Problems that were not there before a change: in a file, of a code, more than there were. `moves`: files by their old path. */
export function newProblems(
  before: readonly Problem[],
  after: readonly Problem[],
  moves: ReadonlyMap<string, string>,
): Problem[] {
  const groupOf = (file: string, { code }: Problem) => `${code} ${file}`;
  const old = grouped(before, (problem) => groupOf(moves.get(problem.file) ?? problem.file, problem));
  const fresh = grouped(after, (problem) => groupOf(problem.file, problem));
  return [...fresh].flatMap(([group, problems]) => {
    const known = old.get(group) ?? [];
    if (problems.length <= known.length) return [];
    const messages = new Set(known.map(({ message }) => message));
    const unknown = problems.filter(({ message }) => !messages.has(message));
    return unknown.length > 0 ? unknown : problems;
  });
}

function grouped(problems: readonly Problem[], of: (problem: Problem) => string): Map<string, Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) groups.set(of(problem), [...(groups.get(of(problem)) ?? []), problem]);
  return groups;
}
