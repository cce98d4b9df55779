import type { Lock } from "../terraform/lock-info";
import { operationText } from "../terraform/lock-info";

/** `root@ci-7 since 2026-11-21 19:59:27 UTC (4 minutes), apply, ID 4af4…` */
export function lockText({ id, who, since, operation }: Lock, now: Date): string {
  const parts = [
    `${who ?? "somebody"}${since === undefined ? "" : ` since ${timeText(since)} (${ageText(since, now)})`}`,
    ...(operation === undefined ? [] : [operationText(operation)]),
    ...(id === undefined ? [] : [`ID ${id}`]),
  ];
  return parts.join(", ");
}

/** `2026-11-21 19:59:27 UTC` */
export function timeText(iso: string): string {
  return `${iso.slice(0, 19).replace("T", " ")} UTC`;
}

function ageText(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  const [count, unit] =
    seconds < 120
      ? [seconds, "second"]
      : seconds < 7200
        ? [Math.round(seconds / 60), "minute"]
        : seconds < 172_800
          ? [Math.round(seconds / 3600), "hour"]
          : [Math.round(seconds / 86_400), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
