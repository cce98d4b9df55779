import { COMPUTE } from "./compute-finders";
import type { Row } from "./finder";
import { IDENTITY } from "./identity-finders";
import { KUBERNETES } from "./kubernetes-finders";
import { NETWORK } from "./network-finders";
import { REST } from "./rest-finders";
import { STORAGE } from "./storage-finders";

/** Every resource type that we make, and how its objects are found; data sources are found as resources are. */
export const FINDERS: Readonly<Record<string, Row>> = {
  ...IDENTITY,
  ...COMPUTE,
  ...NETWORK,
  ...STORAGE,
  ...REST,
  ...KUBERNETES,
};
