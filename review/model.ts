/**
 * What a change of the data, a plan or a look at the world says, in entity words. One model for every print: plain
 * data in a fixed order, without a time in it, without a secret. `schemas/review.schema.json` is made from it.
 */
import { z } from "zod";

const place = z
  .strictObject({
    file: z.string(),
    line: z.number().int().min(1),
    column: z.number().int().min(1),
  })
  .meta({ description: "A file relative to the data root; line and column count from 1." });

const entityName = z
  .strictObject({ kind: z.string(), key: z.string() })
  .meta({ description: "An entity: its kind, and its key within that." });

/** Any JSON value. */
const json: z.ZodType<Json> = z.json();

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const seen = z
  .union([
    z.strictObject({ value: json }),
    z.strictObject({ secret: z.literal(true) }),
    z.strictObject({ unknown: z.literal(true) }),
  ])
  .meta({ description: "A value; or that it is a secret; or that it is known only when it is applied." });

const valueChange = z
  .strictObject({
    path: z.string().meta({
      description: "What changes, as it is written: `quota.ram`; what no file writes: the argument's path.",
    }),
    argument: z.string().optional().meta({ description: "The Terraform argument's path, in `object`." }),
    object: z.string().optional().meta({ description: "The Terraform address that carries it." }),
    before: seen.optional().meta({ description: "Absent: it was not there." }),
    after: seen.optional().meta({ description: "Absent: it is not there any more." }),
    items: z
      .strictObject({ added: z.array(json), removed: z.array(json) })
      .optional()
      .meta({ description: "Of a list, in place of `before` and `after`: its new items and its lost ones." }),
    unit: z.string().optional().meta({ description: "The unit of the numbers: MiB, GiB, bytes/s, …" }),
    place: place.optional().meta({ description: "Where the new value is written; of a lost one: was." }),
    by: entityName.optional().meta({ description: "Another entity that gives the value: a class." }),
    forces: z.literal(true).optional().meta({ description: "It makes the object anew." }),
    access: z
      .enum(["wider", "narrower"])
      .optional()
      .meta({ description: "It gives somebody more than before, or less." }),
  })
  .meta({ description: "A value, before and after." });

const some = z
  .array(z.string())
  .optional()
  .meta({ description: "The environments of it; absent: all those of the change." });

/** What happens to a Terraform object. `read`: a data source is read when the plan is applied. */
const does = z.enum(["create", "update", "replace", "destroy", "import", "move", "forget", "read"]);

const objectChange = z
  .strictObject({
    address: z.string(),
    does,
    entity: z
      .literal(true)
      .optional()
      .meta({ description: "It is an entity itself, and not one of its quotas, accesses, members." }),
    why: z.string().optional().meta({ description: "Why it is replaced or destroyed, in words." }),
    forcedBy: z.array(z.string()).optional().meta({ description: "The arguments that force a replacement." }),
    movedFrom: z.string().optional().meta({ description: "The address that it had." }),
    imports: z.literal(true).optional().meta({ description: "It is there already and is taken over." }),
    deposed: z.literal(true).optional().meta({ description: "What an earlier replacement left behind." }),
    environments: some,
  })
  .meta({ description: "What happens to one Terraform object." });

const what = z.enum(["removed", "replaced", "added", "changed", "imported", "moved", "forgotten"]);

const entityChange = z
  .strictObject({
    environments: z.array(z.string()).meta({ description: "Where it happens, equal in all of them." }),
    kind: z.string().meta({ description: "The kind; `terraform` for an object of no known entity." }),
    key: z.string(),
    is: what.meta({ description: "What happens to the entity as a whole." }),
    protected: z.boolean().meta({ description: "Its removal must be acknowledged in `removals.yaml`." }),
    place: place.optional().meta({ description: "Its file; of one that is removed: the file that it had." }),
    values: z.array(valueChange),
    objects: z.array(objectChange),
    notes: z.array(z.string()).meta({ description: "What it means, in sentences." }),
    touches: z
      .array(
        entityName.extend({
          is: what.optional().meta({ description: "What happens to it; absent: it changes." }),
          environments: some,
        }),
      )
      .optional()
      .meta({ description: "Entities that it changes: the flavors of a class. They are not listed again." }),
    keep: z
      .strictObject({
        from: z.string(),
        place,
        below: z
          .string()
          .optional()
          .meta({ description: "The block that is there already, into which the line goes." }),
        line: z.string(),
      })
      .optional()
      .meta({
        description: "It looks like another entity under a new name: the line that keeps its resource.",
      }),
  })
  .meta({ description: "What happens to one entity." });

const gate = z
  .strictObject({
    code: z.enum(["removal", "removals", "replacements", "removal-date", "in-use", "unknown"]),
    environment: z.string(),
    entity: entityName.optional(),
    place,
    message: z.string().meta({ description: "What is refused." }),
    help: z.string().meta({ description: "What would let it pass." }),
    add: z
      .strictObject({ file: z.string(), lines: z.string() })
      .optional()
      .meta({ description: "The lines that let it pass, and the file they go into." }),
  })
  .meta({ description: "What must not be applied as it is." });

const stack = z
  .strictObject({
    name: z.string(),
    is: z.enum(["changed", "unchanged", "failed"]),
    digest: z
      .string()
      .optional()
      .meta({ description: "Of what the plan does, without secrets: equal digests, equal plans." }),
    why: z.string().optional().meta({ description: "Why it could not be planned." }),
  })
  .meta({ description: "One Terraform state." });

const counts = z
  .strictObject({
    create: z.number(),
    update: z.number(),
    replace: z.number(),
    destroy: z.number(),
    import: z.number(),
    move: z.number(),
    forget: z.number(),
  })
  .meta({ description: "How many Terraform objects, over all environments." });

export const reviewDocument = z
  .strictObject({
    format: z.literal(1),
    of: z.enum(["diff", "plan", "drift"]).meta({
      description: "Two revisions of the data; plans of Terraform; what changed outside.",
    }),
    base: z.string().optional().meta({ description: "The revision that the data is compared with." }),
    environments: z.array(z.strictObject({ name: z.string(), stacks: z.array(stack) })),
    digest: z.string().optional().meta({ description: "Of all stacks together." }),
    counts,
    changes: z
      .array(entityChange)
      .meta({ description: "Removals and replacements first, then by kind and key." }),
    drift: z.array(entityChange).meta({ description: "What changed outside, not by this change." }),
    ignored: z.number().meta({ description: "Drift that the list of ignored drift names, in entities." }),
    gates: z.array(gate).meta({ description: "What is refused; empty: nothing." }),
  })
  .meta({ title: "Review", description: "What a change does to a cloud's entities." });

export type Review = z.output<typeof reviewDocument>;
export type EntityChange = Review["changes"][number];
export type ObjectChange = EntityChange["objects"][number];
export type ValueChange = EntityChange["values"][number];
export type Seen = z.output<typeof seen>;
export type Gate = Review["gates"][number];
export type StackReview = Review["environments"][number]["stacks"][number];
export type Does = z.output<typeof does>;
export type Counts = Review["counts"];
export type EntityName = z.output<typeof entityName>;
