import { driftDocument } from "./drift";
import { environmentDocument } from "./environment";
import { removalsDocument } from "./removals";

/** The files at the top of an environment's folder, by their names without `.yaml`: what each is for, and may hold. */
export const SITE_DOCUMENTS = {
  environment: { about: "One cloud site.", document: environmentDocument },
  removals: { about: "What may be removed from an environment.", document: removalsDocument },
  drift: { about: "What may differ from the files without being told.", document: driftDocument },
} as const;

export type SiteFileName = keyof typeof SITE_DOCUMENTS;
