import { z } from "zod";
import { type Finder, inCollection, type NotImported, type Row, text } from "./finder";

/** Keystone's identity mappings. */
const mappings = inCollection({
  by: ["object_id", "path"],
  list: () => ({ service: "identity", path: "/OS-FEDERATION/mappings", key: "mappings" }),
  item: z.object({ id: z.string() }),
  isMeant: ({ id }, { object_id }) => id === object_id,
  importId: (_, wanted) => text(wanted, "path"),
  id: ({ id }) => id,
});

/** What goes by REST, by the beginning of its path. */
const PATHS: Readonly<Record<string, Finder | NotImported>> = {
  "/OS-FEDERATION/mappings/": mappings,
  // Imported, they would lack what the destroy request sends, and the set of keys would replace them.
  "/projects/": {
    notImported: "project properties: written again, which changes nothing that is so already",
  },
  "/project-quotas/": {
    notImported: "Barbican quotas: written again, which changes nothing that is so already",
  },
};

/** The REST provider's one resource type. */
export const REST: Readonly<Record<string, Row>> = {
  restapi_object: {
    sortOf({ path }) {
      const beginning = Object.keys(PATHS).find((one) => String(path).startsWith(one));
      return (
        PATHS[beginning ?? ""] ?? { notImported: "an object of the REST provider whose path is not known" }
      );
    },
  },
};
