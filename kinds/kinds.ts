/** The table of kinds, in the order in which they are read, listed and made. */
import { domain } from "./domain";
import { flavor } from "./flavor";
import { flavorClass } from "./flavor-class";
import { helmRelease } from "./helm-release";
import { helmRepository } from "./helm-repository";
import type { Kind } from "./kind";
import { namespace } from "./namespace";
import { network } from "./network";
import { project } from "./project";
import { quotaClass } from "./quota-class";
import { volumeQos } from "./volume-qos";
import { volumeType } from "./volume-type";

export const kinds: readonly Kind<unknown, unknown>[] = [
  domain,
  quotaClass,
  volumeQos,
  volumeType,
  flavorClass,
  flavor,
  network,
  project,
  namespace,
  helmRepository,
  helmRelease,
];
