import { z } from "zod";

/** Blocks whose keys are the rows of a table, such as quotas: people choose the order in which they read best. */
export const tables = z.registry<{ readonly rows: string }>();
