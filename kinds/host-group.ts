import { z } from "zod";
import { Fault, list, name, refuse, show } from "./fields";
import type { Kind } from "./kind";

/** A list of hosts. */
export function hosts(description: string) {
  return list(
    { description, examples: [["cmp001", "cmp002"]] },
    name({ description: "A host, as Nova knows it." }).superRefine((host, context) => {
      if (/\s/.test(host))
        refuse(
          context,
          new Fault(`${show(host)} holds a space`, "write each host as an entry of its own", "name"),
        );
    }),
  );
}

const document = z.strictObject({
  "host-group": z
    .strictObject({
      name: name({ description: "The group's name.", examples: ["crf-c2"] }),
      hosts: hosts("Its hosts; may be empty."),
    })
    .meta({ description: "Hosts that aggregates have in common." }),
});

type Written = z.output<typeof document>;

export type HostGroupSpec = Written["host-group"];

/** Hosts that aggregates have in common. Becomes no resource: an aggregate takes its hosts. */
export const hostGroup: Kind<Written, HostGroupSpec> = {
  name: "host-group",
  folder: "host-groups",
  provider: "openstack",
  description: "Hosts that aggregates have in common.",
  identity: [["host-group", "name"]],
  document,
  resolve: ({ "host-group": written }) => ({ spec: written }),
};
