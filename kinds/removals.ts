import { z } from "zod";
import { day, text } from "./fields";

/** `removals.yaml`: what may be removed from an environment, who says so, why, and until when. */
export const removalsDocument = z.strictObject({
  removals: z
    .array(
      z
        .strictObject({
          kind: text({ description: "The kind of the entity.", of: "kind" }),
          key: text({ description: "Its key." }, 512),
          who: text({ description: "Who acknowledges it." }),
          why: text({ description: "Why it goes." }, 4096),
          until: day({ description: "The last day on which this holds." }),
        })
        .meta({ description: "One removal." }),
    )
    .meta({ description: "Entities that may be removed from the environment." }),
});

/** One removal, acknowledged. */
export type Removal = z.output<typeof removalsDocument>["removals"][number];
