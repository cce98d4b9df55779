import type { Counts, EntityChange, Review } from "./model";

/** How many Terraform objects change, in every environment that a change happens in. */
export function countsOf(changes: readonly EntityChange[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, destroy: 0, import: 0, move: 0, forget: 0 };
  for (const { objects, environments } of changes)
    for (const { does, environments: some = environments } of objects)
      if (does !== "read") counts[does] += some.length;
  return counts;
}

/** What a review is made of; what is left out is empty. */
type Parts = Pick<Review, "of" | "environments" | "changes"> & Partial<Review>;

/** A review with its keys in the order in which they are read. */
export function assembled({ of, base, environments, digest, changes, ...rest }: Parts): Review {
  return {
    ...{ format: 1, of, ...(base === undefined ? {} : { base }), environments },
    ...(digest === undefined ? {} : { digest }),
    ...{ counts: countsOf(changes), changes },
    ...{ drift: rest.drift ?? [], ignored: rest.ignored ?? 0, gates: rest.gates ?? [] },
  };
}

/** What a review says of one environment. */
export function inEnvironment(review: Review, name: string): Review {
  const own = (changes: readonly EntityChange[]) => changes.flatMap((change) => changeIn(change, name) ?? []);
  const { digest: _, ...rest } = review;
  return assembled({
    ...rest,
    environments: review.environments.filter((one) => one.name === name),
    changes: own(review.changes),
    drift: own(review.drift),
    gates: review.gates.filter(({ environment }) => environment === name),
  });
}

/** What a change is in one environment; undefined: it does not happen there. */
export function changeIn(change: EntityChange, name: string): EntityChange | undefined {
  if (!change.environments.includes(name)) return undefined;
  const { objects, touches } = change;
  return {
    ...change,
    environments: [name],
    objects: objects.flatMap((one) => partIn(one, name)),
    ...(touches ? { touches: touches.flatMap((one) => partIn(one, name)) } : {}),
  };
}

function partIn<Part extends { environments?: string[] | undefined }>(part: Part, name: string): Part[] {
  const { environments } = part;
  if (environments === undefined) return [part];
  if (!environments.includes(name)) return [];
  return [{ ...part, environments: undefined }];
}
