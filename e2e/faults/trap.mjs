// A proxy before the cloud that strikes once, at a chosen request.
import { setTimeout as sleep } from "node:timers/promises";
import { login } from "../parts/openstack/api.mjs";
import { faultyProxy } from "../parts/proxy.mjs";
import { settingOf } from "../parts/setting.mjs";

export const setting = settingOf();

export const administrator = () => login();

/** A request that changes the cloud; a login does not. */
export const writes = ({ method, path }) => method !== "GET" && method !== "HEAD" && !isLogin({ path });
export const isLogin = ({ path }) => path === "/v3/auth/tokens";

/** A proxy that `trap.arm(…)` makes strike; `variables` lead a client through it. */
export async function trapped() {
  let armed;
  const proxy = await faultyProxy({
    setting,
    decide(request) {
      if (!armed?.matches(request) || ++armed.seen !== armed.nth) return undefined;
      const { strike } = armed;
      armed = undefined;
      return strike(request);
    },
  });
  return {
    proxy,
    variables: { OS_AUTH_URL: `${proxy.address(setting.port.keystone)}/v3` },
    /** Does `strike(request)`, which may return a fault of the proxy's, at the nth request that matches. */
    arm({ matches = writes, nth = 1, strike }) {
      armed = { matches, nth, strike, seen: 0 };
    },
    get struck() {
      return armed === undefined;
    },
    disarm() {
      armed = undefined;
    },
  };
}

/** Where an apply is hit: between two requests, on the way to the cloud, or when the cloud has done it and the client does not know. */
export const WHERE = ["between", "before", "after"];

/** Arranges that a run is hit, once. */
export function hit({ run, trap, where, nth, strike }) {
  if (where === "between") return run.on(/: Creation complete|: Import complete/, nth, strike);
  const held = async () => {
    strike();
    await sleep(300);
  };
  trap.arm({
    nth,
    strike: where === "before" ? () => held().then(() => undefined) : () => ({ answered: held }),
  });
}
