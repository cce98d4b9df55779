import { type Finder, text } from "./finder";

/** The quotas of a project in one service: a project that is there has them. The region is that of the login. */
export const quotas: Finder = {
  by: ["project_id"],
  async find(wanted, { openstack }) {
    const importId = `${text(wanted, "project_id")}/${openstack().region ?? ""}`;
    return [{ importId, attributes: { id: importId } }];
  },
};
