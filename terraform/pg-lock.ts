/** Who holds a lock in PostgreSQL, which Terraform does not say: `psql` does, where it is installed. */
import { execFile } from "node:child_process";
import type { Variables } from "../live/settings";
import type { Backend } from "./backend";
import { type Lock, timeOf } from "./lock-info";

/** Who keeps others out of a state, or out of the making of any state (-1). */
function question(schema: string): string {
  const table = `"${schema.replaceAll('"', '""')}".states`;
  return `SELECT a.application_name, coalesce(host(a.client_addr), 'local'), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
AND (l.objid::bigint IN (SELECT id FROM ${table}) OR l.objid::bigint = 4294967295) LIMIT 1`;
}

/** Who holds the lock; empty where it cannot be found out. */
export function pgLock({ config }: Backend, variables: Variables): Promise<Lock> {
  const text = (value: unknown, other: string) => (typeof value === "string" && value !== "" ? value : other);
  const schema = text(config["schema_name"], variables["PG_SCHEMA_NAME"] || "terraform_remote_state");
  const { connection, password } = withoutPassword(text(config["conn_str"], variables["PG_CONN_STR"] ?? ""));
  const env = {
    ...variables,
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    PGCONNECT_TIMEOUT: "10",
  };
  const args = ["-X", "-w", "-A", "-t", "-F", "\t", "-d", connection, "-c", question(schema)];
  return new Promise((resolve) => {
    execFile("psql", args, { env, timeout: 20_000 }, (error, stdout) => {
      const [name, address, since] = stdout.trim().split("\t");
      if (error || !address) return resolve({});
      resolve({ who: `${name || "a client"} at ${address}`, since: timeOf(since) });
    });
  });
}

/** Other users of the machine see what programs are called with. */
function withoutPassword(written: string): { connection: string; password: string | undefined } {
  if (!/^postgres(ql)?:\/\//.test(written)) {
    const [found, quoted, plain] = /\bpassword\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))/.exec(written) ?? [];
    if (found === undefined) return { connection: written, password: undefined };
    return { connection: written.replace(found, ""), password: quoted?.replace(/\\(.)/g, "$1") ?? plain };
  }
  try {
    const url = new URL(written);
    const password = url.password === "" ? undefined : decodeURIComponent(url.password);
    url.password = "";
    return { connection: url.href, password };
  } catch {
    return { connection: "", password: undefined };
  }
}
