import { day, Fault, field, flag, list, mail, map, show, text } from "./fields";

/** A Terraform name that an existing state has. */
export const terraformIdentifier = (description: string) =>
  field(
    { description, words: "Terraform name" },
    { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" },
    (value) =>
      typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(value)
        ? value
        : new Fault(
            `${show(value)} is no Terraform name`,
            "letters, digits, `_` and `-`, not beginning with a digit",
            "address",
          ),
  );

/** What any entity may carry under `metadata`. */
export const metadataFields = {
  contacts: list(
    { description: "Mail addresses of the people to ask." },
    mail({ description: "A mail address." }),
  ).optional(),
  note: text({ description: "A note for people; emits nothing." }, 10_000).optional(),
  address: terraformIdentifier(
    "The base of its Terraform names, where an existing state has another one.",
  ).optional(),
  addresses: map(
    { description: "Single derived Terraform names, where an existing state has others." },
    terraformIdentifier("The name in the state."),
  ).optional(),
  protected: flag({ description: "Its removal must be acknowledged in `removals.yaml`." }).optional(),
  accept: map(
    { description: "Warnings, and errors that allow it, which are accepted here: `<code>: reason`." },
    text({ description: "Why." }, 1000),
  ).optional(),
  remove: flag({ description: "In a layer: removes what an earlier layer has." }).optional(),
};

/** What projects carry besides. */
export const projectMetadata = {
  contacts: list(
    {
      description: "At least one mail address of the people to ask.",
      examples: [["cloud@example.org"]],
    },
    mail({ description: "A mail address." }),
    1,
  ),
  "disable-date": day({
    description: "After this day the project is disabled, unless `enabled` is written.",
  }).optional(),
  "removal-date": day({
    description: "After this day the project is disabled and due for removal.",
  }).optional(),
};
