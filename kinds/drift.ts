import { z } from "zod";
import { day, text } from "./fields";

/** `drift.yaml`: what may differ from the files without being told, why, and until when. */
export const driftDocument = z.strictObject({
  drift: z
    .array(
      z
        .strictObject({
          kind: text({ description: "The kind of the entities.", of: "kind" }),
          key: text({ description: "The key of one of them; absent: all of the kind." }, 512).optional(),
          path: text({
            description: "The value, or the block around it; absent: whatever differs.",
            examples: ["metadata.pinned"],
          }).optional(),
          why: text({ description: "Why it may differ." }, 4096),
          until: day({ description: "The last day on which this holds; absent: always." }).optional(),
        })
        .meta({ description: "One sort of drift that is ignored." }),
    )
    .meta({ description: "What others may change outside, without being told in the report." }),
});

/** One sort of drift that is ignored. */
export type IgnoredDrift = z.output<typeof driftDocument>["drift"][number];
